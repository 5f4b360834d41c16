#version 330 core
// A moment between two frames: the earlier one moved on by part of the known warp, the later one moved
// back by the rest, blended. The vertex shader has moved the places by affine warps; a field of displacements
// (pixels, from output to input) is added here, and the residual of another, in its last two channels. Columns
// and rows that shift one by one are each read along their own shift, and only then mixed with their neighbour:
// no column shows another's.
// LANES is 0 for a field of all pixels (or none), 1 for one of columns, 2 of rows; FIELD is 0 for none.

#include "sampling.glsl"
#include "light.glsl"

uniform sampler2D earlier;
uniform sampler2D later;
uniform sampler2D field;
uniform float earlier_share;   // of the field
uniform float later_share;
uniform float residual_share;  // of the field in the last two channels
uniform float blend;           // 0: the earlier frame, 1: the later one
uniform vec2 size;             // of the canvas, pixels

in vec2 place;
in vec2 earlier_place;
in vec2 later_place;
out vec4 drawn;

vec2 shift(vec4 vectors, float share) {
    return (share * vectors.xy + residual_share * vectors.zw) / size;
}

#if LANES

// at: in pixels, on the middle of its column or row; offset: what an affine warp adds, in places
vec3 lane(sampler2D picture, vec2 at, vec2 offset, float share) {
    ivec2 cell = min(ivec2(at), textureSize(field, 0) - 1);
    return read(picture, at / size + offset + shift(texelFetch(field, cell, 0), share));
}

vec3 moved(sampler2D picture, vec2 at, float share) {
    vec2 offset = at - place;
    vec2 along = LANES == 1 ? vec2(1.0, 0.0) : vec2(0.0, 1.0);
    vec2 pixel = clamp(place * size, vec2(0.5), size - 0.5);   // or the border's half pixel would wrap
    vec2 middle = mix(pixel, floor(pixel - 0.5) + 0.5, along);
    vec3 next = lane(picture, min(middle + along, size - 0.5), offset, share);
    return mix(lane(picture, middle, offset, share), next, dot(pixel - middle, along));
}

#elif FIELD

vec4 field_at(vec2 at) {
    if (wrap) return texture(field, at);   // it may jump from pixel to pixel, as rolls do
    ivec2 most = textureSize(field, 0) - 1;
    vec2 cell = at * vec2(most + 1) - 0.5, part = fract(cell);
    ivec2 low = clamp(ivec2(floor(cell)), ivec2(0), most), high = clamp(ivec2(floor(cell)) + 1, ivec2(0), most);
    vec4 upper = mix(texelFetch(field, low, 0), texelFetch(field, ivec2(high.x, low.y), 0), part.x);
    vec4 lower = mix(texelFetch(field, ivec2(low.x, high.y), 0), texelFetch(field, high, 0), part.x);
    return mix(upper, lower, part.y);
}

vec3 moved(sampler2D picture, vec2 at, float share) {
    return read(picture, at + shift(field_at(place), share));
}

#else

vec3 moved(sampler2D picture, vec2 at, float share) {
    return read(picture, at);
}

#endif

void main() {
    vec3 after = moved(later, later_place, later_share);
    vec3 before = moved(earlier, earlier_place, earlier_share);
    drawn = vec4(lit(mix(before, after, blend)), 1.0);
}
