// Sectors about the middle, every other one mirrored, all showing one wedge of the picture that turns.

uniform int kaleidoscope_sectors;
uniform float kaleidoscope_speed;   // degrees a second

vec3 effect(vec2 at) {
    vec2 far = from_middle(at);
    float sector = 2.0 * PI / float(kaleidoscope_sectors);
    float angle = atan(far.y, far.x) + 0.5 * PI;   // a mirror line stands upright
    float folded = abs(mod(angle, 2.0 * sector) - sector);
    float read = folded + radians(kaleidoscope_speed) * seconds;
    return see(to_place(length(far) * vec2(cos(read), sin(read))));
}
