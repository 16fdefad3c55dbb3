/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Mutation, crossover and generation of inputs on whole records.  Knows no
 * engine: mutate_libfuzzer.c and mutate_afl.c are the shims, stress/swarm.c uses
 * the generator alone.
 *
 * Everything is a function of the arguments: the seed is the only source of
 * randomness, and what the operations are comes from the tables behind
 * memoffline.h, so a new operation needs no change here.
 */
#ifndef FUZZ_MUTATE_H
#define FUZZ_MUTATE_H

#include "records.h"
#include "rng.h"

#define POINTS_MAX 128
#define LANDMARKS_MAX 8

/* What the tables do not say and a few runs do (learn.c). */
struct knowledge {
	/* By code: the preemption points that the operation passed, and how often
	 * at most. */
	struct {
		uint8_t nr;
		uint8_t points[POINTS_MAX];
		uint8_t most[POINTS_MAX]; /* by point, not by index in points */
	} passed[256];
	/* By point: operations that passed it. */
	uint32_t seen[POINTS_MAX];
	/* By code: fail points that the operation evaluated, a bit each. */
	uint64_t failures[256];
	uint32_t could_fail[256][64]; /* by code and fail point: how many did */
	/* By geometry: the first memory block of each zone, and of what is absent. */
	struct {
		uint8_t nr;
		uint8_t blocks[LANDMARKS_MAX];
	} landmarks[256];
	/* By geometry: 1 + index of the operation that does something there more often
	 * than elsewhere, a device's own; 0: none. */
	uint16_t special[256];
	/* By geometry and code: operations of the lessons, and who of them did something. */
	struct { uint16_t nr, active; } activity[256][256];
};

#define REHEARSED_MAX 256
#define CUES_MAX 32

/* The first time that an operation passed a point, and how often it did. */
struct cue {
	uint8_t point;
	uint8_t nr;
};

/* What the operations of m->prog pass when they run one after the other. */
struct rehearsal {
	uint32_t nr_ops; /* the others were not watched */
	uint8_t nr_cues[REHEARSED_MAX];
	struct cue cues[REHEARSED_MAX][CUES_MAX];
	uint64_t failures[REHEARSED_MAX]; /* fail points evaluated, a bit each */
};

/* What the tables say, in the form that drawing needs. */
struct vocabulary {
	uint32_t nr_ops;
	struct {
		uint8_t code;
		uint8_t def; /* 1 + kind of object that it creates, 0: none */
		uint8_t use;
		bool eats; /* the object that it uses */
		bool amount; /* byte a says how much, not where */
		bool focus;
	} ops[256];
	uint32_t nr_focus; /* of the operations */
	uint32_t subject; /* index of what all this is about: offline_pages() */
	uint32_t nr_fail_points;
	uint8_t fail_points[128];
	uint32_t nr_sched_points;
	uint8_t sched_points[128];
	uint8_t op_end; /* of them: the end of an operation */
	uint32_t nr_geometries;
	uint8_t geometries[256];
	uint32_t nr_large_geometries; /* of real size: slow */
	uint8_t large_geometries[256];
	uint32_t nr_policies;
	uint8_t policies[16];
	uint32_t nr_drains;
	uint8_t drains[16];
	struct knowledge known;
};

/* About 2 MiB; one per thread, in static memory or from malloc(). */
struct mutator {
	struct vocabulary words;
	struct mo *mo; /* where programs are tried out; NULL: nowhere */
	/* What programs will run with (geometry, policy, drain, oldbug, era; NULL: as
	 * their header says), and are tried out with. */
	struct mo_options world;
	bool sequential; /* nothing interleaves: choices of the schedule would be idle */
	struct rehearsal rehearsal;
	struct rng rng;
	struct records prog; /* what is edited or generated */
	struct records other; /* partner of a crossover, copy of a range */
};

/*
 * world: programs will run in another one than their header says: in the geometry, under
 * the policy, with the drain and the old bug and of the era of these options, each unless
 * it is NULL; the strings must last.  What is learnt and rehearsed is so there: points in
 * the code of an old bug are passed nowhere else.  NULL: as their header says.
 */
void mutator_init(struct mutator *m, const struct mo_options *world);
/* As the target that is linked beside wants it; see below. */
void mutator_init_for_target(struct mutator *m);
void mutator_destroy(struct mutator *m);

/*
 * What a target is about: these operations (names, NULL at the end) are in most
 * programs and come often; no other geometries are drawn, if any are named.
 * Unknown names are left out.
 */
void mutator_focus(struct mutator *m, const char *const *ops,
		   const char *const *geometries);
/* A target that has a focus defines both. */
extern const char *const mutator_focus_ops[] __attribute__((weak));
extern const char *const mutator_focus_geometries[] __attribute__((weak));
/* A target that overrides what headers say defines it: see mutator_init(). */
const struct mo_options *mutator_world(void) __attribute__((weak));
/* A target that runs one operation at a time defines it as true. */
extern const bool mutator_sequential __attribute__((weak));

/* Input of fuzz_text: records would make no sense of it. */
static inline bool mutator_is_text(const uint8_t *data, size_t size)
{
	return size && (data[0] == '#' || data[0] == 'm');
}

/* Each returns the length of the result, at most max_size. */
size_t mutate(struct mutator *m, uint8_t *data, size_t size, size_t max_size,
	      uint64_t seed);
size_t mutate_crossover(struct mutator *m, const uint8_t *a, size_t a_size,
			const uint8_t *b, size_t b_size, uint8_t *out,
			size_t max_size, uint64_t seed);
/* A new program out of nothing but the seed. */
size_t mutate_generate(struct mutator *m, uint8_t *out, size_t max_size,
		       uint64_t seed);

/* --- learn.c, for mutate.c --- */

/* Fills in m->words.known; always the same. */
void mutator_learn(struct mutator *m);
/* Runs m->prog and fills in m->rehearsal. */
void mutator_rehearse(struct mutator *m);

/* --- generate.c, for mutate.c --- */

/* Swarm testing: m->prog gets new operations, a random subset of all of them
 * with random weights on few blocks; its header stays. */
void generate_swarm(struct mutator *m, uint32_t max_ops);
/* Writes a whole header into m->prog. */
void generate_header(struct mutator *m);
/* Any operation, operands small or like those of another one in m->prog. */
struct record generate_op(struct mutator *m);
/* A fail point, or a switch to another CPU, at a random operation of m->prog,
 * which has one. */
struct record_choice generate_failure(struct mutator *m);
struct record_choice generate_switch(struct mutator *m);
/* A point of the operation waits for a point of another CPU. */
struct record_choice generate_order(struct mutator *m);
/* Operation at of m->prog, which was rehearsed and does something, is interrupted by
 * the next one that does, on another CPU. */
void generate_encounter(struct mutator *m, uint32_t at);

/* --- mutate_schedule.c, for mutate.c; m->prog has an operation --- */

/* One of these. */
void mutate_schedule(struct mutator *m);
void schedule_add_switch(struct mutator *m);
void schedule_add_order(struct mutator *m);
void schedule_add_encounter(struct mutator *m);
/* A switch or an order constraint; an order constraint. */
void schedule_drop(struct mutator *m);
void schedule_drop_order(struct mutator *m);
void schedule_move(struct mutator *m);
void schedule_swap_segments(struct mutator *m);

#endif
