#version 330 core
// A node of a mapped picture: where it lies in the window, and which point of the picture that is. The third
// number of `at` is how far away it is, so that what lies between nodes is seen at the right angle.

in vec3 at;
in vec2 point;

out vec2 place;

void main() {
    place = point;
    gl_Position = vec4(at.xy, 0.0, at.z);
}
