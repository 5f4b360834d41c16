#version 330 core
// Relative luminance (sRGB, IEC 61966-2-1) of the picture as it would be shown, for the flash guard: drawn
// into a handful of pixels, each of which reads 8 x 8 places.

#include "light.glsl"

uniform sampler2D picture;
uniform vec2 cells;   // pixels that are drawn

in vec2 place;
out float luminance;

void main() {
    float sum = 0.0;
    for (int n = 0; n < 64; n++) {
        vec2 inside = (vec2(n % 8, n / 8) - 3.5) / 8.0;
        vec3 shown = lit(texture(picture, place + inside / cells).rgb);
        vec3 linear = mix(shown / 12.92, pow((shown + 0.055) / 1.055, vec3(2.4)), step(0.04045, shown));
        sum += dot(linear, vec3(0.2126, 0.7152, 0.0722));
    }
    luminance = sum / 64.0;
}
