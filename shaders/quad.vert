#version 330 core
// One triangle that covers the viewport; place is 0..1 from the picture's top left corner.
// Affine maps of the place are linear across it, so they are made here, three times, and not at each pixel.

uniform mat3 earlier_map;   // from places in the picture to places in the frame
uniform mat3 later_map;
uniform bool into_texture;  // whose first row is the picture's top; a window's is its bottom

out vec2 place;
out vec2 earlier_place;
out vec2 later_place;

void main() {
    vec2 corner = vec2((gl_VertexID << 1) & 2, gl_VertexID & 2);
    place = vec2(corner.x, into_texture ? corner.y : 1.0 - corner.y);
    earlier_place = (earlier_map * vec3(place, 1.0)).xy;
    later_place = (later_map * vec3(place, 1.0)).xy;
    gl_Position = vec4(corner * 2.0 - 1.0, 0.0, 1.0);
}
