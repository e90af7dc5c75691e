/* Plays grey pictures into a v4l2loopback device, as a camera would send them: YUYV, ten a second.
 *
 * feed DEVICE WIDTH HEIGHT FILE FRAMES [STALL]: FILE has pictures of one byte a pixel, one after the other, and is
 * begun anew at its end. After half of the FRAMES it sends nothing for STALL seconds.
 */
#include <fcntl.h>
#include <linux/videodev2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static void check(int ok, const char *what)
{
    if (!ok) {
        perror(what);
        exit(1);
    }
}

int main(int argc, char **argv)
{
    check(argc >= 6, "usage: feed DEVICE WIDTH HEIGHT FILE FRAMES [STALL]");
    unsigned width = atoi(argv[2]), height = atoi(argv[3]), frames = atoi(argv[5]);
    unsigned stall = argc > 6 ? atoi(argv[6]) : 0;
    size_t pixels = (size_t)width * height;
    unsigned char *grey = malloc(pixels), *frame = malloc(2 * pixels);
    int device = open(argv[1], O_RDWR);
    check(device >= 0, argv[1]);
    FILE *file = fopen(argv[4], "rb");
    check(file && grey && frame, argv[4]);

    struct v4l2_format format = {.type = V4L2_BUF_TYPE_VIDEO_OUTPUT};
    format.fmt.pix.width = width;
    format.fmt.pix.height = height;
    format.fmt.pix.pixelformat = V4L2_PIX_FMT_YUYV;
    format.fmt.pix.field = V4L2_FIELD_NONE;
    format.fmt.pix.bytesperline = 2 * width;
    format.fmt.pix.sizeimage = 2 * pixels;
    check(ioctl(device, VIDIOC_S_FMT, &format) == 0, "VIDIOC_S_FMT");

    memset(frame, 128, 2 * pixels);
    for (unsigned number = 0; number < frames; number++) {
        if (fread(grey, 1, pixels, file) != pixels) {
            rewind(file);
            check(fread(grey, 1, pixels, file) == pixels, "a whole picture");
        }
        for (size_t at = 0; at < pixels; at++)
            frame[2 * at] = grey[at];
        check(write(device, frame, 2 * pixels) == (ssize_t)(2 * pixels), "write");
        if (number == frames / 2) {
            printf("feed: nothing for %u seconds\n", stall);
            fflush(stdout);
            sleep(stall);
        }
        usleep(100000);
    }
    printf("feed: %u frames\n", frames);
    return 0;
}
