// What a file of the Interactive Shader Format gave, whose first row is its bottom: OVER the picture where it
// is clear, as a generator's, or over black, as the format has it for filters.
vec3 effect(vec2 at) {
    vec4 given = clamp(texture(before, vec2(at.x, 1.0 - at.y)), 0.0, 1.0);
    return mix(OVER ? see(at) : vec3(0.0), given.rgb, given.a);
}
