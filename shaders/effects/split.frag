// Red, green and blue drawn apart, in a direction that turns.

uniform float split_distance;   // pixels
uniform float split_speed;      // degrees a second

vec3 effect(vec2 at) {
    float angle = radians(split_speed) * seconds;
    vec2 apart = pixels(split_distance) * vec2(cos(angle), sin(angle));
    return vec3(see(at + apart).r, see(at).g, see(at - apart).b);
}
