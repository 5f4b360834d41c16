// All hues turned about grey, in the plane of the colour differences of Y'UV: luma stays.

uniform float hue_angle;   // degrees
uniform float hue_speed;   // degrees a second

vec3 effect(vec2 at) {
    vec3 colour = see(at);
    float grey = luma(colour);
    vec2 uv = turn(hue_angle + hue_speed * seconds) * vec2(0.492 * (colour.b - grey), 0.877 * (colour.r - grey));
    float blue = grey + uv.x / 0.492, red = grey + uv.y / 0.877;
    return vec3(red, (grey - 0.299 * red - 0.114 * blue) / 0.587, blue);
}
