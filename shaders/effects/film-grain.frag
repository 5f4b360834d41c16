// Grain of a film, new 24 times a second, most of it in the middle greys.

uniform float film_grain;
uniform float film_size;   // pixels

vec3 effect(vec2 at) {
    vec2 grid = at / pixels(film_size);
    ivec2 cell = ivec2(floor(grid));
    vec2 part = smoothstep(0.0, 1.0, fract(grid));
    int number = int(seconds * 24.0);
    float upper = mix(random(cell, number), random(cell + ivec2(1, 0), number), part.x);
    float lower = mix(random(cell + ivec2(0, 1), number), random(cell + ivec2(1, 1), number), part.x);
    vec3 colour = see(at);
    float grey = luma(colour);
    return colour + (mix(upper, lower, part.y) - 0.5) * film_grain * (0.3 + 2.8 * grey * (1.0 - grey));
}
