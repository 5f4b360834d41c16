#version 330 core
// What stands before every effect. An effect is one function, vec3 effect(vec2 at): the colour (0..1) at a
// place, (0, 0) being the picture's top left corner and (1, 1) its bottom right one.
// A uniform that has a param's name (docs/effects.md) gets that param's value.

uniform sampler2D picture;    // what the effect is given
uniform sampler2D before;     // what it gave in the screen frame before; black at first
uniform sampler2D palettes;   // a palette each row, from dark to light
uniform vec2 size;            // of the picture on the screen, pixels
uniform float strength;       // how much of the effect there is, 0..1: applied behind it, to all alike
uniform float seconds;        // since the show began
uniform float since_beat;     // seconds since a beat of the tapped tempo, fract(since_beat * bpm / 60.0) is the phase
uniform float passed;         // seconds since the screen frame before

in vec2 place;
out vec4 drawn;

const float PI = 3.14159265358979;

// The picture at a place; borders mirror.
vec3 see(vec2 at) {
    at = 1.0 - abs(1.0 - mod(at, 2.0));
    return texture(picture, clamp(at, 0.5 / size, 1.0 - 0.5 / size)).rgb;
}

// So many pixels of a screen 720 high, as a distance of places.
vec2 pixels(float count) {
    return count * size.y / 720.0 / size;
}

// From places to distances from the middle, the same both ways; the upper and lower border are at 1.
vec2 from_middle(vec2 at) {
    return (at - 0.5) * 2.0 * vec2(size.x / size.y, 1.0);
}

vec2 to_place(vec2 distance) {
    return distance * vec2(size.y / size.x, 1.0) * 0.5 + 0.5;
}

float luma(vec3 colour) {
    return dot(colour, vec3(0.299, 0.587, 0.114));
}

mat2 turn(float degrees) {
    float angle = radians(degrees), c = cos(angle), s = sin(angle);
    return mat2(c, s, -s, c);
}

// A random number, 0..1, that is the same for the same three whole numbers.
float random(ivec2 cell, int number) {
    uint mixed = uint(cell.x) * 0x9E3779B1u ^ uint(cell.y) * 0x85EBCA77u ^ uint(number) * 0xC2B2AE3Du;
    mixed = (mixed ^ (mixed >> 15)) * 0x2C1B3C6Du;
    mixed = (mixed ^ (mixed >> 12)) * 0x297A2D39u;
    return float((mixed ^ (mixed >> 15)) >> 8) / 16777216.0;
}
