#version 330 core
// A moment between two frames: the earlier one moved on by part of the known warp, the later one moved
// back by the rest, blended. The vertex shader has moved the places by affine warps; a field of
// displacements (pixels, from output to input) is added here.

uniform sampler2D earlier;
uniform sampler2D later;
uniform sampler2D field;
uniform bool has_field;
uniform float earlier_share;   // of the field
uniform float later_share;
uniform float blend;           // 0: the earlier frame, 1: the later one
uniform vec2 size;             // of the canvas, pixels
uniform bool wrap;             // borders wrap round; otherwise they mirror

in vec2 place;
in vec2 earlier_place;
in vec2 later_place;
out vec4 colour;

vec3 read(sampler2D picture, vec2 at) {
    if (!wrap) {
        // half a pixel in from the border, or filtering would reach round to the other side
        at = clamp(1.0 - abs(1.0 - abs(at)), 0.5 / size, 1.0 - 0.5 / size);
    }
    return texture(picture, at).rgb;
}

void main() {
    vec2 shift = has_field ? texture(field, place).xy / size : vec2(0.0);
    vec3 after = read(later, later_place + later_share * shift);
    if (blend < 1.0) {
        after = mix(read(earlier, earlier_place + earlier_share * shift), after, blend);
    }
    colour = vec4(after, 1.0);
}
