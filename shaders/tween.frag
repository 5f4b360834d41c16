#version 330 core
// A moment between two frames: the earlier one moved on by part of the known warp, the later one moved
// back by the rest, blended. A motion is an affine map and a field of displacements, both from output to
// input pixels; where the warp is affine the field is zero, and the other way round the map is identity.

uniform sampler2D earlier;
uniform sampler2D later;
uniform sampler2D field;
uniform mat3 earlier_map;
uniform mat3 later_map;
uniform float earlier_share;   // of the field
uniform float later_share;
uniform float blend;           // 0: the earlier frame, 1: the later one
uniform vec2 size;             // of the canvas, pixels
uniform bool wrap;             // borders wrap round; otherwise they mirror

in vec2 place;
out vec4 colour;

vec2 bordered(vec2 at) {
    if (wrap) {
        return at;
    }
    vec2 mirrored = 1.0 - abs(mod(at, 2.0) - 1.0);
    return clamp(mirrored, 0.5 / size, 1.0 - 0.5 / size);
}

vec3 moved(sampler2D picture, mat3 map, float share) {
    vec2 pixel = place * size - 0.5;
    vec2 from = (map * vec3(pixel, 1.0)).xy + share * texture(field, place).xy;
    return texture(picture, bordered((from + 0.5) / size)).rgb;
}

void main() {
    vec3 before = moved(earlier, earlier_map, earlier_share);
    vec3 after = moved(later, later_map, later_share);
    colour = vec4(mix(before, after, blend), 1.0);
}
