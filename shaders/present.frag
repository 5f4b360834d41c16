#version 330 core
// The picture behind all effects, onto the window.

#include "light.glsl"

uniform sampler2D picture;

in vec2 place;
out vec4 drawn;

void main() {
    drawn = vec4(lit(texture(picture, place).rgb), 1.0);
}
