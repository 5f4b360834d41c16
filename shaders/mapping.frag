#version 330 core
// The picture on its way to one window: the part that is shown there, in the window's colour; where another
// projector shows the same, both fade so that their light adds up to one picture's.

uniform sampler2D mapped;
uniform vec4 shown;         // of the picture: left, top, width, height
uniform vec4 edges;         // that fade, as shares of what is shown: left, top, right, bottom
uniform float edge_curve;
uniform float edge_gamma;   // the projector's, from levels to light
uniform float gain;
uniform float gamma;
uniform vec3 white;

in vec2 place;
out vec4 drawn;

float risen(float width, float far) {
    if (width <= 0.0) return 1.0;
    float rise = clamp(far / width, 0.0, 1.0);
    float part = 0.5 * pow(2.0 * min(rise, 1.0 - rise), edge_curve);
    return rise < 0.5 ? part : 1.0 - part;
}

void main() {
    vec3 levels = pow(texture(mapped, shown.xy + place * shown.zw).rgb, vec3(1.0 / gamma));
    levels = clamp(levels * gain * white, 0.0, 1.0);
    float light = risen(edges.x, place.x) * risen(edges.y, place.y);
    light *= risen(edges.z, 1.0 - place.x) * risen(edges.w, 1.0 - place.y);
    drawn = vec4(levels * pow(light, 1.0 / edge_gamma), 1.0);
}
