// One half of the picture mirrored onto the other.

uniform int mirror_way;   // 1 left onto right, 2 upper onto lower half, 3 both

vec3 effect(vec2 at) {
    vec2 folded = 0.5 - abs(at - 0.5);
    return see(vec2(mirror_way == 2 ? at.x : folded.x, mirror_way == 1 ? at.y : folded.y));
}
