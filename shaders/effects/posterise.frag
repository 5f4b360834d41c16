// Few values of each channel; from one to the next within a pixel, or borders would crawl.

uniform int posterise_levels;

vec3 effect(vec2 at) {
    float steps = float(posterise_levels - 1);
    vec3 value = see(at) * steps;
    vec3 soft = clamp(fwidth(value), 1e-3, 0.5);
    vec3 whole = floor(value);
    return (whole + smoothstep(0.5 - 0.5 * soft, 0.5 + 0.5 * soft, value - whole)) / steps;
}
