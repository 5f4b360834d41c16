#version 330 core
// Text over the picture: premultiplied by its own alpha in the blend that the program sets.

uniform sampler2D text;

in vec2 place;
out vec4 colour;

void main() {
    colour = texture(text, place);
}
