#include "orp_pod.h"

enum {
    BULK_BURST = 4,           /* frames of the past, before live ones get their turn for sure */
    BULK_PAUSE_US = 30000,
    STATUS_US = 1000000,
    LATENCY_MS = 100,         /* where the central names none */
    LATE_FRAMES = 8           /* so far behind, live frames skip to the newest; the ring has the rest */
};

/* The past ---------------------------------------------------------------------------------- */

static uint32_t oldest(const struct orp_pod *pod) {
    const uint32_t kept = pod->taken > pod->ring_samples ? pod->taken - pod->ring_samples : 0;
    return kept > pod->forgotten ? kept : pod->forgotten;
}

static const struct orp_sample *at(const struct orp_pod *pod, uint32_t index) {
    return &pod->ring[index % pod->ring_samples];
}

/* Where the next sample from `index` on is that was not lost. */
static uint32_t behind_hole(const struct orp_pod *pod, uint32_t index) {
    for (uint8_t i = 0; i < pod->hole_count; i++) {
        const struct orp_hole *hole = &pod->holes[i];
        if (index - hole->first < hole->count) index = hole->first + hole->count;
    }
    return index;
}

static bool hole_ends_at(const struct orp_pod *pod, uint32_t index) {
    for (uint8_t i = 0; i < pod->hole_count; i++)
        if (pod->holes[i].first + pod->holes[i].count == index) return true;
    return false;
}

/* Frame up to `most` samples from `*index` on, which moves behind them. Returns the frame's length. */
static uint16_t frame(const struct orp_pod *pod, uint8_t *to, uint8_t flags, uint16_t sequence,
                      uint32_t *index, uint32_t most) {
    const uint8_t room = orp_samples_per_frame(pod->att_mtu);
    if (most > room) most = room;
    if (hole_ends_at(pod, *index)) flags |= ORP_FLAG_OVERRUN;
    orp_begin_frame(to, ORP_RAW6, flags, sequence, *index, at(pod, *index)->time_us, pod->config_id);
    for (; most && behind_hole(pod, *index) == *index; most--)
        orp_add_sample(to, at(pod, (*index)++)->counts);
    return orp_end_frame(to);
}

/* Live -------------------------------------------------------------------------------------- */

/* How many samples a live frame waits for: a full one, or as many as the latency allows. */
static uint32_t due(const struct orp_pod *pod) {
    const float in_time = (float)pod->setting.max_latency_ms * 1e-3f * pod->setting.rate_hz;
    const uint32_t room = orp_samples_per_frame(pod->att_mtu);
    const uint32_t n = in_time < 1 ? 1 : (uint32_t)in_time;
    return n < room ? n : room;
}

/* Send the live frames that are due, or all if the pod is stopping; false if the radio is full. */
static bool send_live(struct orp_pod *pod) {
    uint8_t bytes[ORP_LONGEST_MTU];
    const uint32_t wanted = due(pod);
    if (!wanted) return false;
    if (!pod->stopping && pod->taken - pod->framed > LATE_FRAMES * wanted)
        pod->framed = pod->taken - wanted;
    pod->framed = behind_hole(pod, pod->framed);
    while (pod->taken != pod->framed && (pod->stopping || pod->taken - pod->framed >= wanted)) {
        uint32_t index = pod->framed;
        const uint8_t flags = pod->sequence ? 0 : ORP_FLAG_FIRST;
        const uint32_t most = pod->taken - index < wanted ? pod->taken - index : wanted;
        const uint16_t length = frame(pod, bytes, flags, pod->sequence, &index, most);
        if (!pod->hardware.send(pod->hardware.context, ORP_STREAM, bytes, length)) return false;
        pod->framed = behind_hole(pod, index);
        pod->sequence++;
    }
    return true;
}

/* Back-fill --------------------------------------------------------------------------------- */

/* The copy of a frame with sample `index` in it, or NULL. */
static const uint8_t *copy_with(const struct orp_pod *pod, uint32_t index) {
    for (uint16_t i = 0; i < ORP_COPIES; i++) {
        const uint8_t *copy = pod->copies[i];
        if (index - orp_u32(copy + 4) < copy[12]) return copy;
    }
    return NULL;
}

/* The first sample from `index` on that is in the ring or in a copy. */
static uint32_t held_from(const struct orp_pod *pod, uint32_t index) {
    uint32_t held = oldest(pod);
    if (index >= held || copy_with(pod, index)) return behind_hole(pod, index);
    for (uint16_t i = 0; i < ORP_COPIES; i++) {
        const uint32_t first = orp_u32(pod->copies[i] + 4);
        if (pod->copies[i][12] && first >= index && first < held) held = first;
    }
    return behind_hole(pod, held);
}

static void forget_copies(struct orp_pod *pod) {
    for (uint16_t i = 0; i < ORP_COPIES; i++) pod->copies[i][12] = 0;
}

/* Make the frame of the past with sample `*index` in it, which moves behind it. */
static uint16_t past_frame(struct orp_pod *pod, uint8_t *to, uint32_t *index) {
    const uint8_t *copy = copy_with(pod, *index);
    if (!copy)
        return frame(pod, to, ORP_FLAG_BACKFILL, pod->bulk_sequence, index,
                     pod->bulk_stop - *index);
    memcpy(to, copy, ORP_LONGEST_MTU);
    orp_put_u16(to + 2, pod->bulk_sequence);
    *index = orp_u32(to + 4) + to[12];
    return orp_end_frame(to);
}

static void keep_copy(struct orp_pod *pod, const uint8_t *bytes, uint16_t length) {
    if (!bytes[12] || copy_with(pod, orp_u32(bytes + 4))) return;
    memcpy(pod->copies[pod->copy_next], bytes, length);
    pod->copy_next = (uint16_t)((pod->copy_next + 1) % ORP_COPIES);
}

static void send_bulk(struct orp_pod *pod) {
    uint8_t bytes[ORP_LONGEST_MTU];
    const uint64_t now_us = pod->hardware.clock_us(pod->hardware.context);
    if (now_us < pod->bulk_pause_us) return;
    for (pod->bulk_burst = 0; pod->bulking && pod->bulk_burst < BULK_BURST; pod->bulk_burst++) {
        uint32_t index = held_from(pod, pod->bulk_next);
        const bool ended = index >= pod->bulk_stop;
        uint16_t length;
        if (ended) {
            orp_begin_frame(bytes, ORP_END, ORP_FLAG_BACKFILL, pod->bulk_sequence, pod->bulk_stop, 0,
                            pod->config_id);
            length = orp_end_frame(bytes);
        } else {
            length = past_frame(pod, bytes, &index);
        }
        if (!pod->hardware.send(pod->hardware.context, ORP_BULK, bytes, length)) break;
        keep_copy(pod, bytes, length);
        pod->bulk_next = index;
        pod->bulk_sequence++;
        if (ended) pod->bulking = false;
    }
    pod->bulk_pause_us = now_us + BULK_PAUSE_US;
}

/* Commands ---------------------------------------------------------------------------------- */

static void answer(struct orp_pod *pod, uint8_t result, const uint8_t *data, uint16_t length) {
    pod->answer_length = orp_put_answer(pod->answer, pod->asked[0], pod->asked[1], result);
    if (length) memcpy(pod->answer + pod->answer_length, data, length);
    pod->answer_length = (uint16_t)(pod->answer_length + length);
    pod->answer_waits = true;
}

static void answer_started(struct orp_pod *pod) {
    uint8_t data[12];
    pod->streaming = true;
    answer(pod, ORP_OK, data, orp_put_started(data, pod->framed, pod->t_start_us));
}

static void configure(struct orp_pod *pod, const uint8_t *arguments, uint16_t length) {
    struct orp_setting asked;
    uint8_t data[64];
    if (!orp_read_config(arguments, length, &asked)) {
        answer(pod, ORP_PARAMETER, NULL, 0);
        return;
    }
    const bool sampling = pod->sampling || pod->starting;
    if (!sampling) {
        if (asked.max_latency_ms == 0) asked.max_latency_ms = pod->setting.max_latency_ms;
        pod->hardware.configure(pod->hardware.context, &asked);
        pod->setting = asked;
        pod->config_id = (uint8_t)(pod->config_id % 255 + 1);
    }
    answer(pod, sampling ? ORP_STATE : ORP_OK, data,
           orp_put_setting(data, pod->config_id, &pod->setting));
}

static void start(struct orp_pod *pod) {
    if (!orp_samples_per_frame(pod->att_mtu)) {
        answer(pod, ORP_MTU, NULL, 0);
    } else if (pod->sampling) {
        answer_started(pod);
    } else { /* answered with the first sample, whose time is the time of index 0 */
        pod->starting = true;
        pod->taken = pod->framed = pod->forgotten = pod->lost = 0;
        pod->sequence = 0;
        pod->hole_count = 0;
        pod->bulking = false;
        forget_copies(pod);
    }
}

static void backfill(struct orp_pod *pod, const uint8_t *arguments, uint16_t length) {
    if (length != 8) {
        answer(pod, ORP_PARAMETER, NULL, 0);
        return;
    }
    const uint32_t first = held_from(pod, orp_u32(arguments));
    const uint32_t ready = first < pod->framed ? pod->framed - first : 0;
    const uint32_t asked = orp_u32(arguments + 4), count = asked < ready ? asked : ready;
    uint8_t data[8];
    if (!pod->sampling) {
        answer(pod, ORP_STATE, NULL, 0);
    } else if (!count) {
        answer(pod, ORP_RANGE, NULL, 0);
    } else { /* one that is under way ends */
        pod->bulking = true;
        pod->bulk_next = first;
        pod->bulk_stop = first + count;
        pod->bulk_sequence = 0;
        pod->bulk_pause_us = 0;
        orp_put_u32(data, first);
        orp_put_u32(data + 4, count);
        answer(pod, ORP_OK, data, sizeof data);
    }
}

static void buffer(struct orp_pod *pod) {
    uint8_t data[8];
    orp_put_u32(data, oldest(pod));
    orp_put_u32(data + 4, pod->framed);
    answer(pod, pod->sampling ? ORP_OK : ORP_STATE, data, pod->sampling ? sizeof data : 0);
}

static void obey(struct orp_pod *pod) {
    const uint8_t *arguments = pod->asked + 2;
    const uint16_t length = (uint16_t)(pod->asked_length - 2);
    switch (pod->asked[0]) {
    case ORP_CONFIG:
        configure(pod, arguments, length);
        break;
    case ORP_START:
        start(pod);
        break;
    case ORP_STOP: /* answered when the last frame is sent */
        pod->stopping = true;
        break;
    case ORP_BACKFILL:
        backfill(pod, arguments, length);
        break;
    case ORP_BUFFER:
        buffer(pod);
        break;
    case ORP_IDENTIFY:
        pod->hardware.blink(pod->hardware.context);
        answer(pod, ORP_OK, NULL, 0);
        break;
    default:
        answer(pod, ORP_UNKNOWN_OP, NULL, 0);
    }
}

static void command(struct orp_pod *pod, const uint8_t *bytes, uint16_t length) {
    if (length < 2 || length > sizeof pod->asked || bytes[0] & ORP_ANSWER) return;
    if (length == pod->asked_length && !memcmp(bytes, pod->asked, length)) {
        pod->answer_waits = pod->answer_length > 0; /* else it is still being obeyed */
        return;
    }
    memcpy(pod->asked, bytes, length);
    pod->asked_length = length;
    pod->answer_length = 0;
    obey(pod);
}

static void stop(struct orp_pod *pod) {
    if (pod->streaming && pod->att_mtu && (pod->sampling && !send_live(pod))) return;
    pod->starting = pod->sampling = pod->streaming = pod->stopping = pod->bulking = false;
    answer(pod, ORP_OK, NULL, 0);
}

/* From outside ------------------------------------------------------------------------------ */

void orp_pod_begin(struct orp_pod *pod, const struct orp_hardware *hardware,
                   const struct orp_about *about, struct orp_sample *ring, uint32_t ring_samples) {
    memset(pod, 0, sizeof *pod);
    pod->hardware = *hardware;
    pod->about = *about;
    pod->ring = ring;
    pod->ring_samples = ring_samples;
    pod->setting.max_latency_ms = LATENCY_MS;
    pod->hardware.configure(pod->hardware.context, &pod->setting);
}

void orp_pod_connected(struct orp_pod *pod, uint16_t att_mtu) {
    pod->att_mtu = att_mtu > ORP_LONGEST_MTU ? ORP_LONGEST_MTU : att_mtu;
}

void orp_pod_disconnected(struct orp_pod *pod) {
    if (pod->stopping) pod->sampling = false; /* nobody waits for its last frame */
    pod->att_mtu = 0;
    pod->streaming = pod->starting = pod->stopping = pod->bulking = pod->answer_waits = false;
    pod->asked_length = pod->answer_length = 0;
    pod->framed = pod->taken;
}

void orp_pod_sample(struct orp_pod *pod, uint64_t time_us, const int16_t counts[ORP_AXES]) {
    if (pod->stopping || !(pod->sampling || pod->starting)) return;
    struct orp_sample *to = &pod->ring[pod->taken % pod->ring_samples];
    to->time_us = (uint32_t)time_us;
    memcpy(to->counts, counts, sizeof to->counts);
    pod->taken++;
    if (pod->starting) {
        pod->starting = false;
        pod->sampling = true;
        pod->t_start_us = time_us;
        answer_started(pod);
    }
    if (!pod->streaming) pod->framed = pod->taken;
}

void orp_pod_lost(struct orp_pod *pod, uint32_t count) {
    if (!pod->sampling || !count) return;
    if (pod->hole_count == ORP_HOLES) { /* what lies before a hole that is forgotten is let go */
        pod->forgotten = pod->holes[0].first + pod->holes[0].count;
        memmove(pod->holes, pod->holes + 1, sizeof pod->holes - sizeof pod->holes[0]);
        pod->hole_count--;
    }
    pod->holes[pod->hole_count++] = (struct orp_hole){pod->taken, count};
    pod->taken += count;
    pod->lost += count;
}

void orp_pod_written(struct orp_pod *pod, enum orp_channel channel, const uint8_t *bytes,
                     uint16_t length) {
    if (channel == ORP_CONTROL) {
        command(pod, bytes, length);
    } else if (channel == ORP_TIME && length == 2 && bytes[0] == ORP_PING) {
        uint8_t pong[18];
        const uint64_t now_us = pod->hardware.clock_us(pod->hardware.context);
        const uint16_t size = orp_put_pong(pong, bytes[1], now_us, now_us);
        pod->hardware.send(pod->hardware.context, ORP_TIME, pong, size); /* late is worse than lost */
    }
}

static uint16_t read_status(struct orp_pod *pod, uint8_t *to) {
    return orp_put_status(to, pod->hardware.battery_pct(pod->hardware.context),
                          pod->sampling ? ORP_STATUS_SAMPLING : 0, pod->sampling ? pod->framed : 0,
                          pod->lost, 0);
}

static uint16_t read_info(const struct orp_pod *pod, uint8_t *to) {
    const struct orp_setting *is = &pod->setting;
    const uint8_t version[] = {1, 0};
    /* Raw samples: m/s² and rad/s, three i16 each, axes as printed. */
    const uint8_t stream[] = {0, ORP_RAW6, 1, 1, 1, 3, 0x88, 0, 2, 2, 1, 3, 0x88, 0};
    uint8_t value[5] = {0};
    uint16_t n = orp_put_item(to, 0x01, version, sizeof version);
    n = (uint16_t)(n + orp_put_item(to + n, 0x02, &pod->about.role, 1));
    n = (uint16_t)(n + orp_put_item(to + n, 0x03, (const uint8_t *)pod->about.serial,
                                    (uint8_t)strlen(pod->about.serial)));
    n = (uint16_t)(n + orp_put_item(to + n, 0x04, stream, is->gyr_range_dps ? 14 : 8));
    orp_put_f32(value + 1, is->rate_hz);
    n = (uint16_t)(n + orp_put_item(to + n, 0x05, value, 5));
    value[0] = ORP_SPECIFIC_FORCE;
    orp_put_u16(value + 1, is->acc_range_g);
    n = (uint16_t)(n + orp_put_item(to + n, 0x06, value, 3));
    if (is->gyr_range_dps) {
        value[0] = ORP_ANGULAR_RATE;
        orp_put_u16(value + 1, is->gyr_range_dps);
        n = (uint16_t)(n + orp_put_item(to + n, 0x06, value, 3));
    }
    orp_put_u32(value, 1); /* back-fill from RAM */
    n = (uint16_t)(n + orp_put_item(to + n, 0x0C, value, 4));
    orp_put_u32(value, pod->ring_samples);
    n = (uint16_t)(n + orp_put_item(to + n, 0x07, value, 4));
    n = (uint16_t)(n + orp_put_item(to + n, 0x09, &pod->about.clock_ppm, 1));
    orp_put_u32(value, pod->about.boot_id);
    return (uint16_t)(n + orp_put_item(to + n, 0x0D, value, 4));
}

uint16_t orp_pod_read(struct orp_pod *pod, enum orp_channel channel, uint8_t *to) {
    return channel == ORP_INFO ? read_info(pod, to) : read_status(pod, to);
}

void orp_pod_work(struct orp_pod *pod) {
    if (pod->stopping) stop(pod);
    if (!pod->att_mtu) return;
    /* A start is answered before its first frame. */
    if (pod->answer_waits &&
        !pod->hardware.send(pod->hardware.context, ORP_CONTROL, pod->answer, pod->answer_length))
        return;
    pod->answer_waits = false;
    if (pod->sampling && pod->streaming && !send_live(pod)) return;
    if (pod->bulking) send_bulk(pod);
    const uint64_t now_us = pod->hardware.clock_us(pod->hardware.context);
    if (now_us >= pod->status_us) {
        uint8_t status[12];
        pod->status_us = now_us + STATUS_US;
        pod->hardware.send(pod->hardware.context, ORP_STATUS, status, read_status(pod, status));
    }
}
