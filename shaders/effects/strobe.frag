// Light and dark in turn, light on the beat. While the flash guard is on, the rate that comes here is 3 at most.

uniform float strobe_rate;    // flashes a second
uniform float strobe_share;   // of the time that there is light

vec3 effect(vec2 at) {
    return fract(strobe_rate * since_beat) < strobe_share ? see(at) : vec3(0.0);
}
