/* Plays pictures into a v4l2loopback device, as a camera would send them.
 *
 * feed DEVICE yuyv|mjpeg WIDTH HEIGHT FILE GO APART TIMES BREAK: see pictures.h. APART milliseconds lie between two
 * pictures, and half way it sends nothing for BREAK seconds. It goes on until it is killed.
 */
#include "pictures.h"

#include <fcntl.h>
#include <linux/videodev2.h>
#include <sys/ioctl.h>

int main(int argc, char **argv)
{
    check(argc == 10, "usage: see feed.c");
    int is_mjpeg = strcmp(argv[2], "mjpeg") == 0;
    unsigned width = atoi(argv[3]), height = atoi(argv[4]);
    unsigned apart = atoi(argv[7]), pause = atoi(argv[9]);
    int device = open(argv[1], O_RDWR);
    check(device >= 0, argv[1]);

    struct v4l2_format format = {.type = V4L2_BUF_TYPE_VIDEO_OUTPUT};
    format.fmt.pix.width = width;
    format.fmt.pix.height = height;
    format.fmt.pix.pixelformat = is_mjpeg ? V4L2_PIX_FMT_MJPEG : V4L2_PIX_FMT_YUYV;
    format.fmt.pix.field = V4L2_FIELD_NONE;
    format.fmt.pix.bytesperline = is_mjpeg ? 0 : 2 * width;
    format.fmt.pix.sizeimage = 2 * width * height;
    check(ioctl(device, VIDIOC_S_FMT, &format) == 0, "VIDIOC_S_FMT");

    load(argv[5], (size_t)width * height, is_mjpeg, argv[6], atoi(argv[8]));
    for (;;) {
        const struct picture *picture = next_picture();
        if (picture) {
            check(write(device, picture->bytes, picture->length) == (ssize_t)picture->length, "write");
            usleep(1000 * apart);
        } else if (pause > 0) {
            say("nothing for %u seconds", pause);
            sleep(pause);
        }
    }
}
