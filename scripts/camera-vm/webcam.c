/* A webcam on USB that is none: it answers what the driver of Linux (uvcvideo) asks, over USB/IP (vhci-hcd).
 *
 * webcam yuyv|mjpeg WIDTH HEIGHT FILE GO APART TIMES BREAK: see pictures.h. APART milliseconds lie between two
 * pictures, and half way its plug is pulled for BREAK seconds. It goes on until it is killed.
 */
#include "pictures.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <sys/socket.h>
#include <time.h>

#define ATTACH "/sys/devices/platform/vhci_hcd.0/attach"

/* USB/IP (Documentation/usb/usbip_protocol.rst of Linux). All numbers are big-endian. */
enum { CMD_SUBMIT = 1, CMD_UNLINK = 2, RET_SUBMIT = 3, RET_UNLINK = 4 };
struct message {
    uint32_t command, number, device, is_in, endpoint;
    /* Flags and length of a command; status and length of an answer; in CMD_UNLINK first the number of which. */
    uint32_t first, length, start, packets, other;
    unsigned char setup[8];
};

/* The most of a picture that goes into one transfer, and the two bytes before it. */
#define TRANSFER 16384
#define HEAD 2

static unsigned width, height, apart;
static int is_mjpeg, line;
static unsigned char descriptors[256];
static size_t descriptors_length;
/* What the driver and the camera agree on (UVC 1.0, VS_PROBE_CONTROL). */
static unsigned char agreed[26];

/* Transfers that the driver waits for. */
static struct waiting {
    uint32_t number, length;
} waiting[256];
static unsigned waiting_count;

/* The picture that is being sent, how much of it is, and when the next one may begin. */
static const struct picture *sending;
static size_t sent;
static long long due;
static unsigned char toggle;

static long long now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000LL + time.tv_nsec / 1000000;
}

static int read_all(void *into, size_t length)
{
    for (size_t got = 0; got < length;) {
        ssize_t more = read(line, (char *)into + got, length - got);
        if (more <= 0)
            return 0;
        got += more;
    }
    return 1;
}

static void write_all(const void *from, size_t length)
{
    for (size_t put = 0; put < length;) {
        ssize_t more = write(line, (const char *)from + put, length - put);
        if (more <= 0)
            return;
        put += more;
    }
}

static void answer(uint32_t command, uint32_t number, int status, const void *bytes, size_t length, size_t told)
{
    struct message message = {.command = htonl(command), .number = htonl(number)};
    message.first = htonl(status);
    message.length = htonl(told);
    write_all(&message, sizeof message);
    write_all(bytes, length);
}

static void put_32(unsigned char *to, uint32_t number)
{
    for (int byte = 0; byte < 4; byte++)
        to[byte] = number >> (8 * byte);
}

static void describe(const unsigned char *bytes, size_t length)
{
    memcpy(descriptors + descriptors_length, bytes, length);
    descriptors_length += length;
}
#define DESCRIBE(...) describe((const unsigned char[]){__VA_ARGS__}, sizeof((const unsigned char[]){__VA_ARGS__}))
#define TWO(number) (number) & 0xFF, (number) >> 8

/* One configuration: what it is, and pictures of one size in one format, by bulk transfers. */
static void describe_all(void)
{
    unsigned format = is_mjpeg ? 11 : 27, streaming = 14 + format + 30 + 6;
    DESCRIBE(9, 2, TWO(9 + 8 + 9 + 40 + 9 + streaming + 7), 2, 1, 0, 0x80, 250);
    DESCRIBE(8, 11, 0, 2, 14, 3, 0, 0);
    DESCRIBE(9, 4, 0, 0, 0, 14, 1, 0, 0);
    DESCRIBE(13, 0x24, 1, TWO(0x0100), TWO(40), 0x00, 0x6C, 0xDC, 0x02, 1, 1);
    DESCRIBE(18, 0x24, 2, 1, TWO(0x0201), 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0);
    DESCRIBE(9, 0x24, 3, 2, TWO(0x0101), 0, 1, 0);
    DESCRIBE(9, 4, 1, 0, 1, 14, 2, 0, 0);
    DESCRIBE(14, 0x24, 1, 1, TWO(streaming), 0x81, 0, 2, 0, 0, 0, 1, 0);
    if (is_mjpeg)
        DESCRIBE(11, 0x24, 6, 1, 1, 1, 1, 0, 0, 0, 0);
    else
        DESCRIBE(27, 0x24, 4, 1, 1, 'Y', 'U', 'Y', '2', 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71, 16, 1,
                 0, 0, 0, 0);
    unsigned char frame[30] = {30, 0x24, is_mjpeg ? 7 : 5, 1, 0, TWO(width), TWO(height)};
    put_32(frame + 9, 1000000);
    put_32(frame + 13, 100000000);
    put_32(frame + 17, 2 * width * height);
    put_32(frame + 21, 333333);
    frame[25] = 1;
    put_32(frame + 26, 333333);
    describe(frame, sizeof frame);
    DESCRIBE(6, 0x24, 13, 1, 1, 4);
    DESCRIBE(7, 5, 0x81, 2, TWO(512), 0);

    agreed[2] = agreed[3] = 1;
    put_32(agreed + 4, 333333);
    put_32(agreed + 18, 2 * width * height);
    put_32(agreed + 22, TRANSFER);
}

static void answer_control(uint32_t number, const unsigned char *setup, size_t length)
{
    static const unsigned char device[18] = {18, 1, TWO(0x0200), 239, 2, 1, 64, TWO(0x1D6B), TWO(0x0102), 0, 1, 0, 1, 0, 1};
    static const unsigned char languages[4] = {4, 3, 9, 4};
    static const unsigned char name[14] = {14, 3, 'W', 0, 'e', 0, 'b', 0, 'c', 0, 'a', 0, 'm', 0};
    /* GET_STATUS: nothing special. It is asked when the driver wakes a camera that it let sleep. */
    static const unsigned char status[2] = {0, 0};
    const unsigned char *bytes = status;
    size_t have = setup[1] == 0 ? sizeof status : 0;
    if (setup[0] == 0x80 && setup[1] == 6) {
        if (setup[3] == 1)
            bytes = device, have = sizeof device;
        else if (setup[3] == 2)
            bytes = descriptors, have = descriptors_length;
        else if (setup[3] == 3 && setup[2] == 0)
            bytes = languages, have = sizeof languages;
        else if (setup[3] == 3)
            bytes = name, have = sizeof name;
        else
            return answer(RET_SUBMIT, number, -EPIPE, NULL, 0, 0);
    } else if (setup[0] == 0xA1) {
        /* What can be set is as it is. */
        static const unsigned char can_be_set[2] = {3, 0}, size[2] = {sizeof agreed, 0};
        bytes = setup[1] == 0x86 ? can_be_set : setup[1] == 0x85 ? size : agreed;
        have = setup[1] == 0x86 ? 1 : setup[1] == 0x85 ? 2 : sizeof agreed;
    }
    if (have > length)
        have = length;
    answer(RET_SUBMIT, number, 0, bytes, have, setup[0] & 0x80 ? have : length);
}

/* Gives the transfers that are waited for what there is. Returns 0 when the plug is to be pulled. */
static int serve(void)
{
    static unsigned char bytes[TRANSFER];
    while (waiting_count > 0 && (sending || due <= now())) {
        if (!sending) {
            sending = next_picture();
            if (!sending)
                return 0;
            sent = 0;
            due = now() + apart;
            toggle ^= 1;
        }
        size_t room = (waiting[0].length < TRANSFER ? waiting[0].length : TRANSFER) - HEAD;
        size_t part = sending->length - sent < room ? sending->length - sent : room;
        int is_last = sent + part == sending->length;
        bytes[0] = HEAD;
        bytes[1] = 0x80 | (is_last ? 2 : 0) | toggle;
        memcpy(bytes + HEAD, sending->bytes + sent, part);
        answer(RET_SUBMIT, waiting[0].number, 0, bytes, HEAD + part, HEAD + part);
        memmove(waiting, waiting + 1, --waiting_count * sizeof *waiting);
        sent += part;
        if (is_last)
            sending = NULL;
    }
    return 1;
}

static void take_back(uint32_t number, uint32_t which)
{
    for (unsigned at = 0; at < waiting_count; at++)
        if (waiting[at].number == which) {
            memmove(waiting + at, waiting + at + 1, (--waiting_count - at) * sizeof *waiting);
            return answer(RET_UNLINK, number, -ECONNRESET, NULL, 0, 0);
        }
    answer(RET_UNLINK, number, 0, NULL, 0, 0);
}

static int take(void)
{
    struct message message;
    unsigned char data[4096];
    if (!read_all(&message, sizeof message))
        return 0;
    uint32_t number = ntohl(message.number), length = ntohl(message.length);
    if (ntohl(message.command) == CMD_UNLINK) {
        take_back(number, ntohl(message.first));
    } else if (ntohl(message.endpoint) != 0) {
        check(waiting_count < sizeof waiting / sizeof *waiting, "so many transfers");
        waiting[waiting_count++] = (struct waiting){number, length};
    } else {
        if (!message.is_in && length > 0) {
            check(length <= sizeof data, "so long a request");
            if (!read_all(data, length))
                return 0;
        }
        /* A stream that is set up anew begins with a whole picture. */
        if (message.setup[0] == 0x21 && message.setup[1] == 1)
            sending = NULL;
        answer_control(number, message.setup, length);
    }
    return 1;
}

static void plug_in(void)
{
    int both[2];
    char text[64];
    check(socketpair(AF_UNIX, SOCK_STREAM, 0, both) == 0, "socketpair");
    /* Port 0, the other end, the device's number, and that it is fast. */
    int attach = open(ATTACH, O_WRONLY), length = snprintf(text, sizeof text, "0 %d 65538 3", both[1]);
    check(attach >= 0 && write(attach, text, length) == length, ATTACH);
    close(attach);
    close(both[1]);
    line = both[0];
    waiting_count = 0;
    sending = NULL;
}

int main(int argc, char **argv)
{
    check(argc == 9, "usage: see webcam.c");
    is_mjpeg = strcmp(argv[1], "mjpeg") == 0;
    width = atoi(argv[2]);
    height = atoi(argv[3]);
    apart = atoi(argv[6]);
    unsigned pause = atoi(argv[8]);
    describe_all();
    load(argv[4], (size_t)width * height, is_mjpeg, argv[5], atoi(argv[7]));
    plug_in();
    for (;;) {
        if (!serve()) {
            if (pause == 0)
                continue;
            say("its plug is pulled for %u seconds", pause);
            shutdown(line, SHUT_RDWR);
            close(line);
            sleep(pause);
            say("it is plugged in", 0);
            plug_in();
        }
        long long left = waiting_count > 0 ? due - now() : 1000;
        struct pollfd readable = {.fd = line, .events = POLLIN};
        poll(&readable, 1, left < 0 ? 0 : (int)left);
        if (readable.revents && !take())
            return 1;
    }
}
