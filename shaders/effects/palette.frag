// Light and dark as colours of a palette, through it and back.

uniform float palette;   // its row
uniform float palette_cycles;
uniform float palette_speed;   // palettes a second

vec3 effect(vec2 at) {
    float along = luma(see(at)) * palette_cycles + palette_speed * seconds;
    along = 1.0 - abs(1.0 - mod(along, 2.0));
    vec2 count = vec2(textureSize(palettes, 0));
    return texture(palettes, (vec2(along * (count.x - 1.0), palette) + 0.5) / count).rgb;
}
