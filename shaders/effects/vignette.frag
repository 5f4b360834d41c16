// Dark towards the corners.

uniform float vignette_size;   // where it is half dark, of half the diagonal
uniform float vignette_edge;   // width of the edge

vec3 effect(vec2 at) {
    float far = length(from_middle(at)) / length(vec2(size.x / size.y, 1.0));
    return see(at) * (1.0 - smoothstep(vignette_size - 0.5 * vignette_edge, vignette_size + 0.5 * vignette_edge, far));
}
