/* A pod that speaks ORP v1, for any hardware: five functions of yours below, these of ours above.
 *
 * Call `orp_pod_sample` for every sample, from the interrupt's main-loop half; `orp_pod_written`,
 * `orp_pod_read`, `orp_pod_connected`, `orp_pod_disconnected` as the Bluetooth stack says; and
 * `orp_pod_work` from the main loop, at least every 10 ms. All of them from one context. Nothing
 * allocates; the ring is memory that you give. MIT licence, as midstance.
 */
#ifndef ORP_POD_H
#define ORP_POD_H

#include "orp_v1.h"

enum { ORP_LONGEST_MTU = 247, ORP_HOLES = 8, ORP_LONGEST_SERIAL = 32 };

/* One sample in the ring: 16 bytes. 60 s at 200 Hz are 192 kB. */
struct orp_sample {
    uint32_t time_us;
    int16_t counts[ORP_AXES];
};

/* What is below a pod. */
struct orp_hardware {
    /* The clock that stamps the samples, in µs since power-up. */
    uint64_t (*clock_us)(void *context);
    /* Set the sensors to what is asked, as near as they can, and write back what they do now. */
    void (*configure)(void *context, struct orp_setting *setting);
    /* Hand a value to the radio (CONTROL indicates, the others notify); false while it takes none. */
    bool (*send)(void *context, enum orp_channel channel, const uint8_t *bytes, uint16_t length);
    /* Blink, so that a person sees which pod this is. */
    void (*blink)(void *context);
    /* The battery in %; above 100 where it is not known. */
    uint8_t (*battery_pct)(void *context);
    void *context;
};

/* Who a pod is. A new `boot_id`, at random, at every power-up: another one means another clock. */
struct orp_about {
    char serial[ORP_LONGEST_SERIAL + 1];
    uint8_t role;
    uint32_t boot_id;
    uint8_t clock_ppm;
};

/* Frames read from the ring to be sent again, kept: what got lost may no longer be in the ring. */
#ifndef ORP_COPIES
#define ORP_COPIES 64
#endif

struct orp_hole {
    uint32_t first, count;
};

/* All fields are the pod's own. An index counts samples since START, lost ones included. */
struct orp_pod {
    struct orp_hardware hardware;
    struct orp_about about;
    struct orp_sample *ring;
    uint32_t ring_samples;
    struct orp_setting setting;
    uint8_t config_id;
    uint16_t att_mtu; /* 0: nobody is connected */

    bool starting, sampling, streaming, stopping;
    uint64_t t_start_us;
    uint32_t taken, framed, forgotten; /* one past the newest, next to be framed, oldest to be had */
    uint32_t lost;
    uint16_t sequence;
    struct orp_hole holes[ORP_HOLES];
    uint8_t hole_count;

    bool bulking;
    uint32_t bulk_next, bulk_stop;
    uint16_t bulk_sequence;
    uint8_t bulk_burst;
    uint64_t bulk_pause_us, status_us;
    uint8_t copies[ORP_COPIES][ORP_LONGEST_MTU];
    uint16_t copy_next;

    uint8_t asked[ORP_LONGEST_MTU], answer[ORP_LONGEST_MTU];
    uint16_t asked_length, answer_length;
    bool answer_waits;
};

/* Begin after power-up. `ring` holds the last `ring_samples`, at least those of 60 s. */
void orp_pod_begin(struct orp_pod *pod, const struct orp_hardware *hardware,
                   const struct orp_about *about, struct orp_sample *ring, uint32_t ring_samples);

/* A central is here, or the MTU of its link has changed; it is gone. Sampling goes on. */
void orp_pod_connected(struct orp_pod *pod, uint16_t att_mtu);
void orp_pod_disconnected(struct orp_pod *pod);

/* The sensors measured a sample at `time_us`; or `count` samples were lost before the next one. */
void orp_pod_sample(struct orp_pod *pod, uint64_t time_us, const int16_t counts[ORP_AXES]);
void orp_pod_lost(struct orp_pod *pod, uint32_t count);

/* The central wrote to CONTROL or TIME; it reads INFO or STATUS (`to` has room for 247 bytes). */
void orp_pod_written(struct orp_pod *pod, enum orp_channel channel, const uint8_t *bytes,
                     uint16_t length);
uint16_t orp_pod_read(struct orp_pod *pod, enum orp_channel channel, uint8_t *to);

/* Send what is due. */
void orp_pod_work(struct orp_pod *pod);

#endif
