// Detail brought out: the picture less what surrounds it, held to the range of the surroundings, so that
// edges get steeper but no bright seams.

uniform float sharpen_gain;
uniform float sharpen_size;   // pixels

vec3 effect(vec2 at) {
    vec2 one = pixels(sharpen_size);
    vec3 left = see(at - vec2(one.x, 0.0)), right = see(at + vec2(one.x, 0.0));
    vec3 above = see(at - vec2(0.0, one.y)), below = see(at + vec2(0.0, one.y));
    vec3 colour = see(at);
    vec3 low = min(colour, min(min(left, right), min(above, below)));
    vec3 high = max(colour, max(max(left, right), max(above, below)));
    return clamp(colour + sharpen_gain * (4.0 * colour - left - right - above - below) * 0.5, low, high);
}
