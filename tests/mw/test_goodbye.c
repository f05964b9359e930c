/* tests/mw/test_goodbye.c: the bytes of a goodbye, and how it is sent. That both DDS take it: test_seam_graph.c (Cyclone) and
 * tests/peers/test_graph.py (Fast DDS, with the bytes of the same file). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mw/goodbye.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const uint8_t dead[RCLIO_GID_SIZE] = {0x01, 0x10, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff,
                                             0x01, 0x23, 0x45, 0x67, 0x00, 0x00, 0x01, 0xc1};

/* Lines of bytes in hexadecimal; three spaces, then what they are. */
static size_t read_golden(uint8_t *bytes, size_t room)
{
    char line[256];
    size_t size = 0;
    unsigned byte;
    FILE *file = fopen(RCLIO_SOURCE_DIR "/tests/data/rtps/goodbye.txt", "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        char *words = strstr(line, "   ");
        if (words) *words = '\0';
        for (const char *at = line; *at; at++) {
            if (*at == ' ' || sscanf(at, "%2x", &byte) != 1) continue;
            assert_true(size < room);
            bytes[size++] = (uint8_t)byte;
            at++;
        }
    }
    fclose(file);
    return size;
}

enum { SEQUENCE_AT = 36 };

static uint64_t sequence_of(const uint8_t *message)
{
    uint64_t number = 0;
    for (int i = 3; i >= 0; i--) number = number << 8 | message[SEQUENCE_AT + i];
    for (int i = 3; i >= 0; i--) number = number << 8 | message[SEQUENCE_AT + 4 + i];
    return number;
}

static void a_goodbye_has_the_bytes_of_a_participant_that_disposes_itself(void **state) /* DIS-12, DIS-14 */
{
    (void)state;
    uint8_t golden[200], message[GOODBYE_SIZE];
    assert_int_equal(read_golden(golden, sizeof golden), GOODBYE_SIZE);
    goodbye_write(dead, 0, message);
    assert_memory_equal(message, golden, GOODBYE_SIZE);
    goodbye_write(dead, UINT64_C(0x0102030405060708), message);
    assert_memory_equal(message + SEQUENCE_AT, "\4\3\2\x41\x8\7\6\5", 8);
}

static void it_goes_to_the_place_that_is_given(void **state)
{
    (void)state;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t length = sizeof address;
    uint8_t expected[GOODBYE_SIZE], message[GOODBYE_SIZE + 1];
    goodbye_locator to = {.address = "127.0.0.1"};
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &length), 0);
    to.port = ntohs(address.sin_port);
    goodbye_write(dead, 0, expected);
    for (int i = 0; i < 2; i++) {
        goodbye_send(dead, &to);
        assert_int_equal(recv(fd, message, sizeof message, 0), GOODBYE_SIZE);
        assert_memory_equal(message, expected, SEQUENCE_AT);
        assert_memory_equal(message + SEQUENCE_AT + 8, expected + SEQUENCE_AT + 8, GOODBYE_SIZE - SEQUENCE_AT - 8);
        assert_true(sequence_of(message) > sequence_of(expected));
        memcpy(expected, message, GOODBYE_SIZE);
    }
    close(fd);
}

static void no_place_is_no_error(void **state)
{
    (void)state;
    goodbye_send(dead, &(goodbye_locator){.address = "127.0.0.1"});
    goodbye_send(dead, &(goodbye_locator){.address = "nowhere", .port = 7});
    goodbye_send(dead, &(goodbye_locator){.address = "127.0.0.1", .port = 70000});
    goodbye_send(dead, &(goodbye_locator){.address = "::1", .port = 9});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_goodbye_has_the_bytes_of_a_participant_that_disposes_itself),
        cmocka_unit_test(it_goes_to_the_place_that_is_given),
        cmocka_unit_test(no_place_is_no_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
