// Edges (Sobel, of each channel's sum) glow in the picture's own colour over a darker picture.

uniform float glow_gain;
uniform float glow_width;   // pixels

vec3 effect(vec2 at) {
    vec2 one = pixels(glow_width) * 0.5;
    vec3 a = see(at - one), b = see(at + vec2(0.0, -one.y)), c = see(at + vec2(one.x, -one.y));
    vec3 d = see(at + vec2(-one.x, 0.0)), f = see(at + vec2(one.x, 0.0));
    vec3 g = see(at + vec2(-one.x, one.y)), h = see(at + vec2(0.0, one.y)), i = see(at + one);
    vec3 across = (c + 2.0 * f + i) - (a + 2.0 * d + g), down = (g + 2.0 * h + i) - (a + 2.0 * b + c);
    float edge = luma(sqrt(across * across + down * down)) * 0.5 * glow_gain;
    vec3 colour = see(at);
    vec3 pure = colour / max(max(colour.r, max(colour.g, colour.b)), 0.05);
    return colour * 0.3 + pure * pure * edge * 1.5 + vec3(0.4 * edge * edge);
}
