// The picture as the wall of an endless tunnel: twice round it, mirrored, and again and again into the depth.
// The map is the complex logarithm, so nothing is stretched; each picture inside is smaller by one factor.

uniform float tunnel_speed;   // pictures a second
uniform float tunnel_twist;   // turns from picture to picture

vec3 wall(vec2 far) {
    float depth = log(max(length(far), 1e-4)) * size.x / size.y / PI;   // in pictures
    float round = atan(far.y, far.x) / PI + 2.0 * tunnel_twist * depth;
    return see(vec2(round, depth - tunnel_speed * seconds));
}

vec3 effect(vec2 at) {
    vec2 far = from_middle(at);
    vec2 quarter = 0.5 / size.yy;   // of a pixel, in these distances
    vec3 sum = wall(far + quarter * vec2(1.0, 0.4)) + wall(far + quarter * vec2(-0.4, 1.0));
    sum += wall(far - quarter * vec2(1.0, 0.4)) + wall(far - quarter * vec2(-0.4, 1.0));
    return sum * 0.25 * smoothstep(0.0, 0.22, length(far));
}
