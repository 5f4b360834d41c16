
void main() {
    drawn = vec4(mix(see(place), clamp(effect(place), 0.0, 1.0), strength), 1.0);
}
