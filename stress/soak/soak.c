/* SPDX-License-Identifier: GPL-2.0-only */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"
#include "same_run.h"
#include "soak.h"

static const char usage[] =
	"usage: soak [options] WORKLOAD|FOLDER...\n"
	"Runs workloads under every policy that they are meant for: the files that are named,\n"
	"and all .load below the folders.\n"
	"\n"
	"      --ops N          operations of each workload under each policy (default 1000000)\n"
	"      --seconds N      stop after N seconds (0, the default: no limit)\n"
	"      --seed N         of everything that is drawn (default 1)\n"
	"      --episode N      operations from one boot to the next, at most 65536\n"
	"                       (default 4096): what breaks is never longer\n"
	"      --blocks N       `+` and `?` of the workloads stay below this memory block\n"
	"      --world-blocks N memory blocks of the world, beside those that are touched:\n"
	"                       131072 of 128 MiB are 16 TiB\n"
	"  -l, --level N        checks: 0 the kernel's own, 1 counters, 2 pages touched, after\n"
	"                       each operation; 3 all memory at the end of each episode too\n"
	"                       (default 3)\n"
	"      --policy NAME    only this one\n"
	"      --oldbug NAME    with an old bug (a build with -DMO_OLDBUGS=ON)\n"
	"  -j, --jobs N         processes (default: one)\n"
	"      --threads N      threads of one process instead\n"
	"      --state DIR      how far it came, and what was found; a run that was killed\n"
	"                       goes on there, with the same options, workloads and build\n"
	"                       (default: soak-state)\n"
	"      --unit N         only this unit, as a finding names it: print its text\n"
	"      --reaches        tell what the workloads say that they reach, and fail when one\n"
	"                       does not\n"
	"      --json           results as JSON\n"
	"  -h, --help\n"
	"\n"
	"What breaks is kept in DIR/found, cut down to a short .ops, and the run goes on.\n"
	"Exit status: 0 clean, 1 something broke (or was not reached), 2 bad usage or nothing could be written.\n";

enum {
	OPT_OPS = 256, OPT_SECONDS, OPT_SEED, OPT_EPISODE, OPT_BLOCKS, OPT_POLICY,
	OPT_OLDBUG, OPT_THREADS, OPT_STATE, OPT_UNIT, OPT_JSON,
	OPT_WORLD_BLOCKS, OPT_REACHES
};

static const struct option long_options[] = {
	{ "ops", required_argument, NULL, OPT_OPS },
	{ "seconds", required_argument, NULL, OPT_SECONDS },
	{ "seed", required_argument, NULL, OPT_SEED },
	{ "episode", required_argument, NULL, OPT_EPISODE },
	{ "blocks", required_argument, NULL, OPT_BLOCKS },
	{ "world-blocks", required_argument, NULL, OPT_WORLD_BLOCKS },
	{ "level", required_argument, NULL, 'l' },
	{ "policy", required_argument, NULL, OPT_POLICY },
	{ "oldbug", required_argument, NULL, OPT_OLDBUG },
	{ "jobs", required_argument, NULL, 'j' },
	{ "threads", required_argument, NULL, OPT_THREADS },
	{ "state", required_argument, NULL, OPT_STATE },
	{ "unit", required_argument, NULL, OPT_UNIT },
	{ "reaches", no_argument, NULL, OPT_REACHES },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

uint64_t soak_hash(const void *data, size_t n)
{
	uint64_t h = UINT64_C(14695981039346656037);

	for (size_t i = 0; i < n; i++)
		h = (h ^ ((const uint8_t *)data)[i]) * UINT64_C(1099511628211);
	return h;
}

/* --- options --- */

static void parse_option(struct soak *s, int option)
{
	switch (option) {
	case OPT_OPS:
		s->max_ops = (uint64_t)cli_number("--ops", optarg, 1, INT64_MAX);
		break;
	case OPT_SECONDS:
		s->max_seconds = (double)cli_number("--seconds", optarg, 0, 100000000);
		break;
	case OPT_SEED:
		s->seed = (uint64_t)cli_number("--seed", optarg, 0, INT64_MAX);
		break;
	case OPT_EPISODE:
		s->episode = (uint32_t)cli_number("--episode", optarg, 1, 65536);
		break;
	case OPT_BLOCKS:
		s->blocks = (uint32_t)cli_number("--blocks", optarg, 1, 256);
		break;
	case OPT_WORLD_BLOCKS:
		s->options.world_blocks = (uint32_t)cli_number("--world-blocks", optarg, 2, 131072);
		break;
	case 'l':
		s->options.level = (int)cli_number("--level", optarg, 0, 3);
		break;
	case OPT_POLICY:
		s->only_policy = cli_name("--policy", optarg, MO_TABLE_POLICY);
		break;
	case OPT_OLDBUG:
		s->options.oldbug = cli_name("--oldbug", optarg, MO_TABLE_OLDBUG);
		break;
	case 'j':
		s->nr_workers = (uint32_t)cli_number("--jobs", optarg, 1, SOAK_MAX_WORKERS);
		break;
	case OPT_THREADS:
		s->nr_workers = (uint32_t)cli_number("--threads", optarg, 1, SOAK_MAX_WORKERS);
		s->threads = true;
		break;
	case OPT_STATE:
		s->folder = optarg;
		break;
	case OPT_UNIT:
		s->only_unit = cli_number("--unit", optarg, 0, INT64_MAX);
		break;
	case OPT_REACHES:
		s->reaches = true;
		break;
	case OPT_JSON:
		s->json = true;
		break;
	case 'h':
		fputs(usage, stdout);
		exit(0);
	default:
		exit(EXIT_USAGE);
	}
}

/* --- what there is to do --- */

static void add_combos(struct soak *s, const struct soak_load *load)
{
	struct mo_named_info policy;

	for (unsigned int i = 0; mo_named_info(MO_TABLE_POLICY, i, &policy); i++) {
		char name[256];
		int n;

		if (!mo_workload_takes(load->load, policy.name) ||
		    (s->only_policy && strcmp(s->only_policy, policy.name)))
			continue;
		if (s->nr_combos == SOAK_MAX_COMBOS)
			errx(EXIT_USAGE, "more than %d workloads and policies, expected fewer",
			     SOAK_MAX_COMBOS);
		n = snprintf(name, sizeof(name), "%s/%s", load->name, policy.name);
		s->combos[s->nr_combos++] = (struct soak_combo){
			.load = load,
			.policy = policy.name,
			.salt = soak_hash(name, (size_t)n),
		};
	}
}

static void plan(struct soak *s, struct mo *mo, char **paths)
{
	uint64_t episodes;

	for (; *paths; paths++)
		soak_add(s, mo, *paths);
	for (unsigned int i = 0; i < s->nr_loads; i++)
		add_combos(s, &s->loads[i]);
	if (!s->nr_combos)
		errx(EXIT_USAGE, "no workload (.load)%s%s, expected one at least",
		     s->only_policy ? " for " : "", s->only_policy ? s->only_policy : "");
	episodes = s->max_ops / s->episode + (s->max_ops % s->episode != 0);
	s->nr_units = episodes * s->nr_combos;
}

/* --- progress --- */

static volatile sig_atomic_t interrupted;

static void interrupt(int sig)
{
	(void)sig;
	interrupted = 1;
}

static void show(const struct soak *s, double now)
{
	static const char full[] = "####################";
	uint64_t done = soak_done(s), here = done - s->first_unit;
	double elapsed = now - s->started, left = 0;
	double part = s->nr_units ? (double)done / (double)s->nr_units : 0;

	if (here && s->nr_units)
		left = elapsed / (double)here * (double)(s->nr_units - done);
	if (s->max_seconds && (!s->nr_units || s->max_seconds - elapsed < left))
		left = s->max_seconds - elapsed;
	fprintf(stderr, "%ssoak [%-20.*s] %5.1f %%  %.1f M ops, %.2f M/s  %" PRIu32 " found  %.0f s, %.0f s left%s",
		cli_is_terminal(stderr) ? "\r\033[K" : "", (int)(20 * part), full,
		100 * part, (double)done * s->episode / 1e6,
		(double)here * s->episode / 1e6 / (elapsed > 0 ? elapsed : 1),
		atomic_load(&s->shared->nr_found), elapsed, left > 0 ? left : 0,
		cli_is_terminal(stderr) ? "" : "\n");
}

static void checkpoint(struct soak *s)
{
	int ret = soak_state_write(s);

	if (!ret)
		return;
	atomic_store(&s->shared->failed_errno, ret);
	atomic_store(&s->shared->stop, true);
}

static void tick(struct soak *s)
{
	static double next_show, next_checkpoint;
	double now = cli_wall_time();

	if (interrupted || (s->max_seconds && now - s->started >= s->max_seconds))
		atomic_store(&s->shared->stop, true);
	if (now >= next_checkpoint) {
		next_checkpoint = now + 1;
		checkpoint(s);
	}
	if (now >= next_show) {
		next_show = now + (cli_is_terminal(stderr) ? 0.2 : 10);
		show(s, now);
	}
}

/* --- results --- */

/* Units that end early test less: nobody shall think that they ran. */
static void print_excused(uint64_t nr)
{
	if (nr)
		printf(", %" PRIu64 " units ended by what the design cannot keep", nr);
	putchar('\n');
}

static void print_rows(const struct soak *s)
{
	for (unsigned int i = 0; i < s->nr_combos; i++) {
		printf("%-32s %-18s %14" PRIu64 " ops %6" PRIu32 " found",
		       s->combos[i].load->name, s->combos[i].policy,
		       atomic_load(&s->shared->ops_of[i]),
		       atomic_load(&s->shared->found_of[i]));
		print_excused(atomic_load(&s->shared->excused_of[i]));
	}
}

static void print_table(const struct soak *s, double seconds)
{
	uint64_t all = 0, now = 0;
	char before[40] = "";

	for (unsigned int i = 0; i < s->nr_combos; i++) {
		all += atomic_load(&s->shared->ops_of[i]);
		now += soak_ops_now(s, i);
	}
	print_rows(s);
	if (s->first_unit)
		snprintf(before, sizeof(before), "; in all %" PRIu64 " ops", all);
	printf("%" PRIu64 " of %" PRIu64 " units, %" PRIu64 " ops in %.1f s (%.2f M/s)%s, %" PRIu32 " found%s%s\n",
	       soak_done(s), s->nr_units, now, seconds,
	       (double)now / 1e6 / (seconds > 0 ? seconds : 1), before,
	       atomic_load(&s->shared->nr_found),
	       s->first_unit ? ", went on from an earlier start" : "",
	       soak_done(s) < s->nr_units ? "; the next start goes on" : "");
}

/* Of this process, or of the largest worker. */
static double peak_mib(const struct soak *s)
{
	struct rusage used;

	getrusage(s->threads ? RUSAGE_SELF : RUSAGE_CHILDREN, &used);
	return (double)used.ru_maxrss / 1024;
}

static double cpu_seconds(void)
{
	struct rusage used;

	getrusage(RUSAGE_CHILDREN, &used);
	return cli_cpu_time() + (double)used.ru_utime.tv_sec + (double)used.ru_stime.tv_sec +
	       (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) * 1e-6;
}

static void print_json(const struct soak *s, double seconds)
{
	printf("{ \"schema\": \"memoffline-soak-1\", \"seed\": %" PRIu64 ", \"level\": %d, \"episode\": %" PRIu32
	       ", \"units\": %" PRIu64 ", \"units_before\": %" PRIu64 ", \"units_done\": %" PRIu64 ", \"found\": %" PRIu32
	       ", \"seconds\": %.3f, \"cpu_seconds\": %.3f, \"peak_mib\": %.1f, \"workloads\": [",
	       s->seed, s->options.level, s->episode, s->nr_units, s->first_unit, soak_done(s),
	       atomic_load(&s->shared->nr_found), seconds, cpu_seconds(), peak_mib(s));
	for (unsigned int i = 0; i < s->nr_combos; i++) {
		printf("%s\n  { \"workload\": ", i ? "," : "");
		cli_json_string(stdout, s->combos[i].load->name);
		printf(", \"policy\": \"%s\", \"ops\": %" PRIu64 ", \"found\": %" PRIu32
		       ", \"excused_units\": %" PRIu64 " }",
		       s->combos[i].policy, atomic_load(&s->shared->ops_of[i]),
		       atomic_load(&s->shared->found_of[i]),
		       atomic_load(&s->shared->excused_of[i]));
	}
	puts("\n] }");
}

/* --- the run --- */

static int print_unit(struct soak *s, struct mo *mo)
{
	static uint8_t data[MO_INPUT_MAX];
	size_t size = soak_unit(s, mo, (uint64_t)s->only_unit, data);
	size_t room = 64 << 20;
	char *text = malloc(room);

	if (!text || !mo_bytes_to_text(mo, data, size, text, room))
		errx(EXIT_USAGE, "out of memory");
	fputs(text, stdout);
	free(text);
	return 0;
}

/* Workers of a soak that was just killed hold it for another moment. */
static bool lock(int fd)
{
	const struct timespec pause = { .tv_nsec = 50 * 1000 * 1000 };

	for (int i = 0; i < 40; i++) {
		if (!flock(fd, LOCK_EX | LOCK_NB))
			return true;
		nanosleep(&pause, NULL);
	}
	return false;
}

/* One run at a time in a folder. */
static void open_folder(struct soak *s)
{
	char path[4096];
	int fd;

	snprintf(path, sizeof(path), "%s/found", s->folder);
	if ((mkdir(s->folder, 0777) && errno != EEXIST) ||
	    (mkdir(path, 0777) && errno != EEXIST))
		err(EXIT_USAGE, "%s", s->folder);
	snprintf(path, sizeof(path), "%s/lock", s->folder);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
	if (fd < 0)
		err(EXIT_USAGE, "%s", path);
	if (!lock(fd))
		errx(EXIT_USAGE, "%s: another soak is at work there", s->folder);
}

static void share(struct soak *s)
{
	s->shared = mmap(NULL, sizeof(*s->shared), PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (s->shared == MAP_FAILED)
		err(EXIT_USAGE, "mmap");
	for (uint32_t i = 0; i < SOAK_MAX_WORKERS; i++)
		atomic_store(&s->shared->at[i], SOAK_IDLE);
}

/* Nothing is left to do. */
static bool had_ended(const struct soak *s)
{
	return s->first_unit >= s->nr_units;
}

static void run_units(struct soak *s)
{
	signal(SIGINT, interrupt);
	signal(SIGTERM, interrupt);
	soak_work(s, tick);
	checkpoint(s);
	show(s, cli_wall_time());
	if (cli_is_terminal(stderr))
		fputs("\r\033[K", stderr);
}

static void go_on(struct soak *s)
{
	s->build = program_hash();
	open_folder(s);
	soak_state_read(s);
	if (had_ended(s) && s->reaches)
		errx(EXIT_USAGE, "%s/state: this run had ended before, and --reaches counts what is run now; expected more --ops, or to begin anew another --state (or remove that file)",
		     s->folder);
	if (had_ended(s))
		warnx("%s/state: this run had ended before, nothing is run now; to go further give more --ops, to begin anew another --state (or remove that file)",
		      s->folder);
}

static int run(struct soak *s)
{
	double seconds;
	int failed;

	share(s);
	go_on(s);
	s->started = cli_wall_time();
	if (!had_ended(s))
		run_units(s);
	seconds = cli_wall_time() - s->started;
	if (s->json)
		print_json(s, seconds);
	else
		print_table(s, seconds);
	failed = atomic_load(&s->shared->failed_errno);
	if (failed)
		errx(EXIT_USAGE, "%s: %s; stopped before something was lost",
		     s->folder, strerror(failed));
	if (s->reaches && soak_print_reached(s))
		return EXIT_VIOLATION;
	return atomic_load(&s->shared->nr_found) ? EXIT_VIOLATION : 0;
}

int main(int argc, char **argv)
{
	static struct soak s = {
		.options = { .level = 3, .excuse_design = true, .excuse_drain_once = true },
		.seed = 1, .max_ops = 1000000, .episode = 4096, .nr_workers = 1,
		.folder = "soak-state", .only_unit = -1,
	};
	struct mo *mo = mo_create();
	int option, status;

	while ((option = getopt_long(argc, argv, "l:j:h", long_options, NULL)) != -1)
		parse_option(&s, option);
	if (optind == argc)
		errx(EXIT_USAGE, "no workload, expected files (.load) or folders; --help explains");
	if (!mo)
		errx(EXIT_USAGE, "out of memory");
	plan(&s, mo, argv + optind);
	status = s.only_unit >= 0 ? print_unit(&s, mo) : run(&s);
	mo_destroy(mo);
	for (unsigned int i = 0; i < s.nr_loads; i++) {
		mo_workload_destroy(s.loads[i].load);
		free((char *)s.loads[i].path);
		free(s.loads[i].name);
	}
	return status;
}
