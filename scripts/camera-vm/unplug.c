/* Pulls the plug of a vivid device: unplug DEVICE. It is back once nobody has it open any more. */
#include <fcntl.h>
#include <linux/videodev2.h>
#include <stdio.h>
#include <sys/ioctl.h>

/* VIVID_CID_DISCONNECT of the driver vivid. */
#define DISCONNECT (0x00f0f000 + 65)

int main(int argc, char **argv)
{
    struct v4l2_ext_control control = {.id = DISCONNECT, .value = 1};
    struct v4l2_ext_controls controls = {.which = V4L2_CTRL_WHICH_CUR_VAL, .count = 1, .controls = &control};
    int device = argc > 1 ? open(argv[1], O_RDWR) : -1;
    if (device < 0 || ioctl(device, VIDIOC_S_EXT_CTRLS, &controls) != 0) {
        perror("unplug DEVICE");
        return 1;
    }
    printf("unplug: %s is gone\n", argv[1]);
    return 0;
}
