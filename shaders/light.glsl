// The light of the picture on its way to the screen: colour, contrast, brightness, gamma, then what a
// blackout and the flash guard leave of it. ADJUSTED is 0 where the four are all 1.

uniform float colour;
uniform float contrast;
uniform float brightness;
uniform float gamma;
uniform float light;

vec3 lit(vec3 shown) {
#if ADJUSTED
    shown = mix(vec3(dot(shown, vec3(0.299, 0.587, 0.114))), shown, colour);
    shown = ((shown - 0.5) * contrast + 0.5) * brightness;
    shown = pow(clamp(shown, 0.0, 1.0), vec3(1.0 / gamma));
#endif
    return shown * light;
}
