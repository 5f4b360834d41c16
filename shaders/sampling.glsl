// How a picture is read between its pixels: linear, cubic (Catmull-Rom), or sharp (a cubic kernel that is
// drawn out along edges and narrowed across them, and never leaves the range of the four nearest pixels).

// UPSCALE is 0 for linear, 1 cubic, 2 sharp: a constant, for drivers without a graphics card compute what stands
// behind an `if` whether they need it or not.

uniform bool wrap;     // borders wrap round; otherwise they mirror

#if UPSCALE > 0

vec3 texel(sampler2D picture, ivec2 at, ivec2 count) {
    if (wrap) {
        at = (at % count + count) % count;
    } else {
        at = abs(at);
        at = clamp(count - 1 - abs(count - 1 - at), ivec2(0), count - 1);
    }
    return texelFetch(picture, at, 0).rgb;
}

float cubic_weight(float far) {
    if (far >= 2.0) return 0.0;
    if (far >= 1.0) return ((2.5 - 0.5 * far) * far - 4.0) * far + 2.0;
    return (1.5 * far - 2.5) * far * far + 1.0;
}

float lightness(vec3 colour) {
    return dot(colour, vec3(0.299, 0.587, 0.114));
}

// The direction across an edge between the four nearest pixels, as long as the edge is clear (0..1).
vec2 edge_across(vec3 near[16], vec2 part) {
    vec2 slope = vec2(0.0);
    float rough = 1e-5;
    for (int y = 1; y < 3; y++) {
        for (int x = 1; x < 3; x++) {
            int n = 4 * y + x;
            float share = (x == 1 ? 1.0 - part.x : part.x) * (y == 1 ? 1.0 - part.y : part.y);
            float middle = lightness(near[n]);
            float left = lightness(near[n - 1]), right = lightness(near[n + 1]);
            float above = lightness(near[n - 4]), below = lightness(near[n + 4]);
            slope += share * vec2(right - left, below - above);
            rough += share * (abs(right - middle) + abs(middle - left) + abs(below - middle) + abs(middle - above));
        }
    }
    // a step rises all one way: its slope is all the roughness there is; a line or a dot goes up and down
    float clear = clamp((abs(slope.x) + abs(slope.y)) / rough, 0.0, 1.0);
    float steep = length(slope);
    return steep < 1e-5 ? vec2(0.0) : slope / steep * clear * smoothstep(0.0, 0.1, steep);
}

vec3 weighed(sampler2D picture, vec2 at) {
    ivec2 count = textureSize(picture, 0);
    vec2 place = at * vec2(count) - 0.5;
    vec2 corner = floor(place), part = place - corner;
    vec3 near[16];
    for (int n = 0; n < 16; n++) {
        near[n] = texel(picture, ivec2(corner) + ivec2(n % 4 - 1, n / 4 - 1), count);
    }
    vec3 low = min(min(near[5], near[6]), min(near[9], near[10]));
    vec3 high = max(max(near[5], near[6]), max(near[9], near[10]));
    vec2 across = UPSCALE == 2 ? edge_across(near, part) : vec2(0.0);
    float clear = length(across);
    vec2 way = clear > 0.0 ? across / clear : vec2(1.0, 0.0);
    vec3 sum = vec3(0.0);
    float all = 0.0;
    for (int n = 0; n < 16; n++) {
        vec2 far = vec2(n % 4 - 1, n / 4 - 1) - part;
        float weight;
        if (UPSCALE == 2) {
            vec2 turned = vec2(dot(far, way) * (1.0 + 0.15 * clear), dot(far, vec2(-way.y, way.x)) * (1.0 - 0.45 * clear));
            weight = mix(cubic_weight(abs(far.x)) * cubic_weight(abs(far.y)), cubic_weight(length(turned)), clear);
        } else {
            weight = cubic_weight(abs(far.x)) * cubic_weight(abs(far.y));
        }
        sum += weight * near[n];
        all += weight;
    }
    vec3 read = sum / all;
    return UPSCALE == 2 ? clamp(read, low, high) : clamp(read, 0.0, 1.0);
}

vec3 read(sampler2D picture, vec2 at) {
    return weighed(picture, at);
}

#else

vec3 read(sampler2D picture, vec2 at) {
    if (!wrap) {
        vec2 size = vec2(textureSize(picture, 0));
        // half a pixel in from the border, or filtering would reach round to the other side
        at = clamp(1.0 - abs(1.0 - abs(at)), 0.5 / size, 1.0 - 0.5 / size);
    }
    return texture(picture, at).rgb;
}

#endif
