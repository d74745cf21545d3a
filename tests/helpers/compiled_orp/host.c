/* The C pod on this machine: its hardware are functions of the caller's, its ring is from the heap. */
#include <stdlib.h>

#include "orp_pod.h"

struct host {
    struct orp_pod pod;
    struct orp_sample ring[];
};

struct host *host_new(const struct orp_hardware *hardware, const struct orp_about *about,
                      uint32_t ring_samples) {
    struct host *host = malloc(sizeof *host + ring_samples * sizeof host->ring[0]);
    if (host) orp_pod_begin(&host->pod, hardware, about, host->ring, ring_samples);
    return host;
}

void host_free(struct host *host) { free(host); }

/* What is inline in the header, for callers that have no C. */
uint16_t host_frame(uint8_t *to, uint8_t kind, uint8_t flags, uint16_t sequence, uint32_t index,
                    uint32_t t0_us, uint8_t config_id, const int16_t *counts, uint8_t n) {
    orp_begin_frame(to, kind, flags, sequence, index, t0_us, config_id);
    for (uint8_t i = 0; i < n; i++) orp_add_sample(to, counts + i * ORP_AXES);
    return orp_end_frame(to);
}

uint16_t host_setting(uint8_t *to, uint8_t config_id, const struct orp_setting *setting) {
    return orp_put_setting(to, config_id, setting);
}

bool host_read_config(const uint8_t *list, uint16_t length, struct orp_setting *asked) {
    return orp_read_config(list, length, asked);
}

uint16_t host_answer(uint8_t *to, uint8_t op, uint8_t request_id, uint8_t result) {
    return orp_put_answer(to, op, request_id, result);
}

uint16_t host_started(uint8_t *to, uint32_t next_index, uint64_t t_start_us) {
    return orp_put_started(to, next_index, t_start_us);
}

uint16_t host_status(uint8_t *to, uint8_t battery_pct, uint8_t flags, uint32_t next_index,
                     uint32_t lost, int8_t temperature_degc) {
    return orp_put_status(to, battery_pct, flags, next_index, lost, temperature_degc);
}

uint16_t host_pong(uint8_t *to, uint8_t sequence, uint64_t received_us, uint64_t sent_us) {
    return orp_put_pong(to, sequence, received_us, sent_us);
}
