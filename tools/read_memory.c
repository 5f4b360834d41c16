/* Read a show's newest pictures from shared memory (--out shm:dream): cc -O2 -o read_memory read_memory.c
   ./read_memory /dev/shm/dream 3 > pictures.ppm      the next three pictures, as PPM */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct header { char magic[8]; uint32_t version, header, slots, stride; uint64_t newest; uint32_t over; };
struct slot { uint64_t number; uint32_t width, height, channels, row; double time; uint64_t frame; };

int main(int count, char **words) {
    int file = count > 2 ? open(words[1], O_RDONLY) : -1, left = file < 0 ? 0 : atoi(words[2]);
    struct stat status;
    if (file < 0 || fstat(file, &status)) return fprintf(stderr, "read_memory FILE COUNT\n"), 1;
    char *memory = mmap(NULL, status.st_size, PROT_READ, MAP_SHARED, file, 0);
    struct header *head = (struct header *)memory;
    if (memory == MAP_FAILED || memcmp(head->magic, "DREAMSHM", 8) || head->version != 1) return 1;
    char *copy = malloc(head->stride);
    for (uint64_t seen = 0; left && !__atomic_load_n(&head->over, __ATOMIC_ACQUIRE); usleep(1000)) {
        uint64_t newest = __atomic_load_n(&head->newest, __ATOMIC_ACQUIRE);
        if (newest <= seen) continue;
        struct slot *slot = (struct slot *)(memory + head->header + (newest - 1) % head->slots * head->stride);
        memcpy(copy, slot, head->stride);
        __atomic_thread_fence(__ATOMIC_ACQUIRE);
        if (((struct slot *)copy)->number != newest || slot->number != newest) continue; /* written meanwhile */
        uint32_t width = ((struct slot *)copy)->width, height = ((struct slot *)copy)->height;
        printf("P6 %u %u 255\n", width, height);
        fwrite(copy + 64, ((struct slot *)copy)->row, height, stdout);
        seen = newest, left--;
    }
    return 0;
}
