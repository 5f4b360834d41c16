// What was bright stays, grows, turns, and fades.

uniform float trail_time;   // seconds to half
uniform float trail_zoom;   // growth a second, as an exponent
uniform float trail_turn;   // degrees a second

vec3 effect(vec2 at) {
    vec2 far = turn(-trail_turn * passed) * from_middle(at) * exp(-trail_zoom * passed);
    // less a little, or rounding would leave a shadow for good
    vec3 old = texture(before, clamp(to_place(far), 0.5 / size, 1.0 - 0.5 / size)).rgb;
    old = max(old * exp2(-passed / trail_time) - 0.6 / 255.0, 0.0);
    return max(see(at), old);
}
