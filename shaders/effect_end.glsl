
void main() {
    vec3 given = see(place);
    drawn = vec4(clamp(mix(given, effect(place), strength), 0.0, 1.0), 1.0);
}
