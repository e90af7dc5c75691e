/* The pictures that a camera sends, and when.
 *
 * Of a file that `scan --write` has written the first is sent until there is a file GO, that is until somebody looks;
 * then each of the others TIMES times, and then the first again. Half way there is a break.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MOST_PICTURES 1000

struct picture {
    unsigned char *bytes;
    size_t length;
};

static struct {
    struct picture all[MOST_PICTURES];
    unsigned count, at, time, times;
    const char *go;
    int is_broken;
} show;

static void check(int ok, const char *what)
{
    if (!ok) {
        perror(what);
        exit(1);
    }
}

static void say(const char *what, unsigned number)
{
    printf(what, number);
    printf("\n");
    fflush(stdout);
}

/* The picture that bytes begin with. In a JPEG FF D9 is its end and nothing else. */
static size_t length_of_first(struct picture rest, size_t pixels, int is_mjpeg)
{
    size_t length = pixels;
    if (is_mjpeg)
        for (length = 2; length < rest.length; length++)
            if (rest.bytes[length - 2] == 0xFF && rest.bytes[length - 1] == 0xD9)
                break;
    check(length <= rest.length, "a whole picture");
    return length;
}

/* Grey as brightness, and colours in between that are none. */
static struct picture as_yuyv(struct picture grey)
{
    struct picture yuyv = {malloc(2 * grey.length), 2 * grey.length};
    check(yuyv.bytes != NULL, "memory");
    memset(yuyv.bytes, 128, yuyv.length);
    for (size_t at = 0; at < grey.length; at++)
        yuyv.bytes[2 * at] = grey.bytes[at];
    return yuyv;
}

static void load(const char *name, size_t pixels, int is_mjpeg, const char *go, unsigned times)
{
    FILE *file = fopen(name, "rb");
    check(file && fseek(file, 0, SEEK_END) == 0, name);
    struct picture rest = {.length = ftell(file)};
    rest.bytes = malloc(rest.length);
    rewind(file);
    check(rest.bytes && fread(rest.bytes, 1, rest.length, file) == rest.length, name);
    while (rest.length > 0 && show.count < MOST_PICTURES) {
        struct picture first = {rest.bytes, length_of_first(rest, pixels, is_mjpeg)};
        show.all[show.count++] = is_mjpeg ? first : as_yuyv(first);
        rest.bytes += first.length;
        rest.length -= first.length;
    }
    show.go = go;
    show.times = times;
    say("sends an empty picture, and has %u others", show.count - 1);
}

/* The next picture; none once, half way. */
static const struct picture *next_picture(void)
{
    if (show.at == 0 && access(show.go, F_OK) == 0)
        show.at = 1;
    if (show.at == 0 || show.at >= show.count)
        return &show.all[0];
    if (show.at == show.count / 2 + 1 && !show.is_broken) {
        show.is_broken = 1;
        return NULL;
    }
    const struct picture *picture = &show.all[show.at];
    if (++show.time >= show.times) {
        show.time = 0;
        if (++show.at == show.count)
            say("all %u are sent", show.count - 1);
    }
    return picture;
}
