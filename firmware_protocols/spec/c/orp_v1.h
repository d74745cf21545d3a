/* ORP v1 for firmware writers: every byte that a pod sends or understands, in C99.
 *
 * Nothing here knows a radio, a sensor or an operating system; nothing allocates. What the bytes mean
 * is in ../orp_v1.md, vectors to test against are in ../orp_v1_vectors.json. All functions that
 * write return how many bytes they wrote. MIT licence, as midstance.
 */
#ifndef ORP_V1_H
#define ORP_V1_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Characteristics: the x of 7a1exxxx-2c5b-4f0e-9d3a-6b8f14c0e275. */
enum orp_channel {
    ORP_INFO = 0x10,
    ORP_CONTROL = 0x11,
    ORP_STREAM = 0x12,
    ORP_BULK = 0x13,
    ORP_TIME = 0x14,
    ORP_STATUS = 0x15
};

enum orp_op {
    ORP_CONFIG = 0x02,
    ORP_START = 0x03,
    ORP_STOP = 0x04,
    ORP_BACKFILL = 0x05,
    ORP_BUFFER = 0x06,
    ORP_IDENTIFY = 0x09
};

enum orp_result {
    ORP_OK = 0,
    ORP_UNKNOWN_OP = 1,
    ORP_PARAMETER = 2,
    ORP_STATE = 3,
    ORP_MTU = 4,
    ORP_RANGE = 5,
    ORP_BUSY = 6
};

enum { ORP_RAW6 = 0, ORP_END = 15 };
enum { ORP_FLAG_BACKFILL = 1, ORP_FLAG_CLIP = 2, ORP_FLAG_FIRST = 4, ORP_FLAG_OVERRUN = 8 };
enum { ORP_STATUS_CHARGING = 1, ORP_STATUS_SAMPLING = 2 };
enum { ORP_SPECIFIC_FORCE = 1, ORP_ANGULAR_RATE = 2 };
enum { ORP_AXES = 6, ORP_HEADER_BYTES = 14, ORP_SAMPLE_BYTES = 12, ORP_CRC_BYTES = 2 };
enum { ORP_ATT_BYTES = 3, ORP_ANSWER = 0x80, ORP_PING = 0x01 };

/* Little-endian numbers --------------------------------------------------------------------- */

static inline void orp_put_u16(uint8_t *to, uint16_t value) {
    to[0] = (uint8_t)value;
    to[1] = (uint8_t)(value >> 8);
}

static inline void orp_put_u32(uint8_t *to, uint32_t value) {
    orp_put_u16(to, (uint16_t)value);
    orp_put_u16(to + 2, (uint16_t)(value >> 16));
}

static inline void orp_put_u64(uint8_t *to, uint64_t value) {
    orp_put_u32(to, (uint32_t)value);
    orp_put_u32(to + 4, (uint32_t)(value >> 32));
}

static inline void orp_put_f32(uint8_t *to, float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    orp_put_u32(to, bits);
}

static inline uint16_t orp_u16(const uint8_t *from) {
    return (uint16_t)(from[0] | from[1] << 8);
}

static inline uint32_t orp_u32(const uint8_t *from) {
    return orp_u16(from) | (uint32_t)orp_u16(from + 2) << 16;
}

static inline float orp_f32(const uint8_t *from) {
    uint32_t bits = orp_u32(from);
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* CRC-16/XMODEM: polynomial 1021, initial value 0; "123456789" gives 31C3. */
static inline uint16_t orp_crc(const uint8_t *bytes, size_t length) {
    uint16_t crc = 0;
    for (size_t i = 0; i < length; i++) {
        crc = (uint16_t)(crc ^ (bytes[i] << 8));
        for (int bit = 0; bit < 8; bit++)
            crc = (uint16_t)(crc & 0x8000 ? crc << 1 ^ 0x1021 : crc << 1);
    }
    return crc;
}

/* Frames of STREAM and BULK: begin, add samples one by one, end ----------------------------- */

static inline uint8_t orp_samples_per_frame(uint16_t att_mtu) {
    const uint16_t around = ORP_ATT_BYTES + ORP_HEADER_BYTES + ORP_CRC_BYTES;
    const uint16_t n = att_mtu < around ? 0 : (uint16_t)((att_mtu - around) / ORP_SAMPLE_BYTES);
    return (uint8_t)(n > 255 ? 255 : n);
}

static inline void orp_begin_frame(uint8_t *to, uint8_t kind, uint8_t flags, uint16_t sequence,
                                   uint32_t index, uint32_t t0_us, uint8_t config_id) {
    to[0] = (uint8_t)(1 << 4 | kind);
    to[1] = flags;
    orp_put_u16(to + 2, sequence);
    orp_put_u32(to + 4, index);
    orp_put_u32(to + 8, t0_us);
    to[12] = 0;
    to[13] = config_id;
}

/* Counts are ax ay az gx gy gz. One at the end of its numbers has clipped. */
static inline void orp_add_sample(uint8_t *frame, const int16_t counts[ORP_AXES]) {
    uint8_t *to = frame + ORP_HEADER_BYTES + frame[12] * ORP_SAMPLE_BYTES;
    for (int axis = 0; axis < ORP_AXES; axis++) {
        orp_put_u16(to + 2 * axis, (uint16_t)counts[axis]);
        if (counts[axis] == INT16_MIN || counts[axis] == INT16_MAX) frame[1] |= ORP_FLAG_CLIP;
    }
    frame[12]++;
}

static inline uint16_t orp_end_frame(uint8_t *frame) {
    const uint16_t body = (uint16_t)(ORP_HEADER_BYTES + frame[12] * ORP_SAMPLE_BYTES);
    orp_put_u16(frame + body, orp_crc(frame, body));
    return (uint16_t)(body + ORP_CRC_BYTES);
}

/* Lists of [tag][length][value] ------------------------------------------------------------- */

static inline uint16_t orp_put_item(uint8_t *to, uint8_t tag, const uint8_t *value, uint8_t length) {
    to[0] = tag;
    to[1] = length;
    memcpy(to + 2, value, length);
    return (uint16_t)(2 + length);
}

/* Read the item at `at` and move on; false at the end, and where the list is cut short (see `whole`). */
static inline bool orp_next_item(const uint8_t *list, uint16_t length, uint16_t *at, uint8_t *tag,
                                 const uint8_t **value, uint8_t *size, bool *whole) {
    if (*at == length) return false;
    *whole = length - *at >= 2 && length - *at - 2 >= list[*at + 1];
    if (!*whole) return false;
    *tag = list[*at];
    *size = list[*at + 1];
    *value = list + *at + 2;
    *at = (uint16_t)(*at + 2 + *size);
    return true;
}

/* What the sensors shall do, and what they do. 0 is: as it is now. */
struct orp_setting {
    float rate_hz;
    uint16_t acc_range_g;
    uint16_t gyr_range_dps; /* 0 in an answer: the pod has no gyroscope */
    uint16_t max_latency_ms;
    float acc_mps2_per_count;
    float gyr_radps_per_count;
};

/* Read the arguments of CONFIG into `asked`; false where they are none. Unknown tags are skipped. */
static inline bool orp_read_config(const uint8_t *list, uint16_t length, struct orp_setting *asked) {
    uint16_t at = 0;
    uint8_t tag, size;
    const uint8_t *value;
    bool whole = true;
    memset(asked, 0, sizeof *asked);
    while (orp_next_item(list, length, &at, &tag, &value, &size, &whole)) {
        switch (tag) {
        case 0x10:
            if (size != 1) return false;
            break;
        case 0x11:
            if (size != 4) return false;
            asked->rate_hz = orp_f32(value);
            break;
        case 0x12:
            if (size != 3) return false;
            if (value[0] == ORP_SPECIFIC_FORCE) asked->acc_range_g = orp_u16(value + 1);
            if (value[0] == ORP_ANGULAR_RATE) asked->gyr_range_dps = orp_u16(value + 1);
            break;
        case 0x13:
            if (size != 2) return false;
            asked->max_latency_ms = orp_u16(value);
            break;
        default:
            break;
        }
    }
    return whole;
}

/* Write the data of a CONFIG answer: at most 48 bytes. */
static inline uint16_t orp_put_setting(uint8_t *to, uint8_t config_id, const struct orp_setting *is) {
    uint8_t value[5];
    uint16_t n = orp_put_item(to, 0x20, &config_id, 1);
    orp_put_f32(value, is->rate_hz);
    n = (uint16_t)(n + orp_put_item(to + n, 0x11, value, 4));
    value[0] = ORP_SPECIFIC_FORCE;
    orp_put_u16(value + 1, is->acc_range_g);
    n = (uint16_t)(n + orp_put_item(to + n, 0x12, value, 3));
    if (is->gyr_range_dps) {
        value[0] = ORP_ANGULAR_RATE;
        orp_put_u16(value + 1, is->gyr_range_dps);
        n = (uint16_t)(n + orp_put_item(to + n, 0x12, value, 3));
    }
    orp_put_u16(value, is->max_latency_ms);
    n = (uint16_t)(n + orp_put_item(to + n, 0x13, value, 2));
    value[0] = ORP_SPECIFIC_FORCE;
    orp_put_f32(value + 1, is->acc_mps2_per_count);
    n = (uint16_t)(n + orp_put_item(to + n, 0x21, value, 5));
    if (is->gyr_range_dps) {
        value[0] = ORP_ANGULAR_RATE;
        orp_put_f32(value + 1, is->gyr_radps_per_count);
        n = (uint16_t)(n + orp_put_item(to + n, 0x21, value, 5));
    }
    return n;
}

/* Answers, STATUS and TIME ------------------------------------------------------------------ */

static inline uint16_t orp_put_answer(uint8_t *to, uint8_t op, uint8_t request_id, uint8_t result) {
    to[0] = (uint8_t)(ORP_ANSWER | op);
    to[1] = request_id;
    to[2] = result;
    return 3;
}

static inline uint16_t orp_put_started(uint8_t *to, uint32_t next_index, uint64_t t_start_us) {
    orp_put_u32(to, next_index);
    orp_put_u64(to + 4, t_start_us);
    return 12;
}

static inline uint16_t orp_put_status(uint8_t *to, uint8_t battery_pct, uint8_t flags,
                                      uint32_t next_index, uint32_t lost, int8_t temperature_degc) {
    to[0] = battery_pct;
    to[1] = flags;
    orp_put_u32(to + 2, next_index);
    orp_put_u32(to + 6, lost);
    to[10] = (uint8_t)temperature_degc;
    to[11] = 0;
    return 12;
}

static inline uint16_t orp_put_pong(uint8_t *to, uint8_t sequence, uint64_t received_us,
                                    uint64_t sent_us) {
    to[0] = ORP_ANSWER | ORP_PING;
    to[1] = sequence;
    orp_put_u64(to + 2, received_us);
    orp_put_u64(to + 10, sent_us);
    return 18;
}

#endif
