/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The tree's drivers/virtio/virtio_mem.c, the bus that it is on, the worker and the
 * timer that it has, and a look at what is private to it.  The device behind the
 * virtqueue is the host's: core/drivers/virtio_mem_device.c.
 *
 * One device a machine.  The work runs when virtio_mem_run_wq is an operation, the
 * timer expires when virtio_mem_timer_expired is.
 */
#include <linux/hrtimer.h>
#include <linux/memory.h>
#include <linux/scatterlist.h>
#include <linux/virtio.h>
#include <linux/virtio_config.h>
#include <linux/virtio_mem.h>
#include <linux/vmalloc.h>
#include <linux/workqueue.h>

#include "env.h"

static void worker_ends(atomic_t *v, int i, int rc);
static int offline_and_remove(u64 start, u64 size);

/* --- the tree's file: what stands around the calls of others is a point --- */

/*
 * The worker tells nobody how its last round ended.  Where it says that it is done, its
 * variable of that name is in scope; elsewhere it is this one.
 */
static int rc;

#define atomic_set(v, i) (worker_ends(v, i, rc), (atomic_set)(v, i))
#define add_memory_driver_managed(...)                                         \
	(lane_at(LANE_AT_VIRTIO_MEM_ADD_MEMORY),                               \
	 (add_memory_driver_managed)(__VA_ARGS__))
#define remove_memory(start, size)                                             \
	({                                                                     \
		int removed;                                                   \
		lane_at(LANE_AT_VIRTIO_MEM_REMOVE_MEMORY);                     \
		removed = (remove_memory)(start, size);                        \
		lane_at(LANE_AT_VIRTIO_MEM_REMOVED);                           \
		removed;                                                       \
	})
#define offline_and_remove_memory(start, size) offline_and_remove(start, size)
#define cancel_work_sync(work)                                                 \
	(lane_at(LANE_AT_VIRTIO_MEM_REMOVING), (cancel_work_sync)(work))
/* Of all drivers only one can have the kernel's: fake_offline.c asks this one first. */
#define set_online_page_callback(callback) lane_share_online_page(callback)
#define restore_online_page_callback(callback) lane_share_online_page(NULL)
#include "drivers/virtio/virtio_mem.c"
#undef atomic_set
#undef remove_memory
#undef offline_and_remove_memory
#undef cancel_work_sync

/* As many rounds without success as the model has, then the hypervisor gives way: the
 * kernel would go round for ever. */
#define REFUSALS_MAX 16

static struct virtio_device device;
static u8 device_status;
static struct virtqueue queue;
static void *queue_token;	/* of the request that is answered; NULL: none */
static bool timer_armed;
static struct work_struct *queued;	/* NULL: the work is not queued */
static DEFINE_MUTEX(worker);		/* runs the work */
static DEFINE_MUTEX(bind_lock);		/* probe against remove */
static DEFINE_SPINLOCK(config_lock);	/* of the virtio core: what it guards */
static bool config_core_enabled, config_change_pending;
static bool offlining;
static int worker_rc;
static unsigned int refusals;

static struct virtio_mem *driver(void)
{
	return device.priv;
}

/* --- the worker --- */

bool lane_queue_virtio_mem(struct work_struct *work)
{
	bool was_queued = queued;

	queued = work;
	return !was_queued;
}

/* Whoever runs it has ended when this returns. */
bool lane_cancel_virtio_mem(struct work_struct *work)
{
	bool was_queued = queued == work;

	queued = NULL;
	mutex_lock(&worker);
	mutex_unlock(&worker);
	return was_queued;
}

static void worker_ends(atomic_t *v, int i, int how)
{
	if (!driver() || v != &driver()->wq_active)
		return;
	if (!i)
		worker_rc = how;
	else
		lane_at(LANE_AT_VIRTIO_MEM_RUN);
}

/* Its last round had this result; 1: it was not queued, or another one runs it. */
int lane_virtio_mem_run_wq(void)
{
	struct work_struct *work = queued;

	if (!work || !mutex_trylock(&worker))
		return 1;
	queued = NULL;
	refusals = 0;
	worker_rc = 0;
	work->func(work);
	mutex_unlock(&worker);
	return worker_rc;
}

/*
 * Folded before the driver sees it: what it does not expect it warns of, and since 6.9
 * makes -EBUSY itself (VIRTIO_MEM_WARNS in README.md).
 */
static int offline_and_remove(u64 start, u64 size)
{
	int ret;

	lane_at(LANE_AT_VIRTIO_MEM_OFFLINE_AND_REMOVE);
	offlining = true;
	ret = offline_and_remove_memory(start, size);
	offlining = false;
	lane_at(LANE_AT_VIRTIO_MEM_REMOVED);
	if (ret && ret != -ENOMEM && lane_host_steps_around())
		return -EBUSY;
	return ret;
}

/* --- the timer --- */

#ifdef HAVE_HRTIMER_SETUP
void hrtimer_setup(struct hrtimer *timer,
		   enum hrtimer_restart (*function)(struct hrtimer *),
		   clockid_t clock, enum hrtimer_mode mode)
{
	memset(timer, 0, sizeof(*timer));
}
#else
void hrtimer_init(struct hrtimer *timer, clockid_t clock, enum hrtimer_mode mode)
{
	memset(timer, 0, sizeof(*timer));
}
#endif

void hrtimer_start_range_ns(struct hrtimer *timer, ktime_t time, u64 delta,
			    const enum hrtimer_mode mode)
{
	timer_armed = true;
}

int hrtimer_cancel(struct hrtimer *timer)
{
	bool was_armed = timer_armed;

	timer_armed = false;
	return was_armed;
}

int lane_virtio_mem_timer_expired(void)
{
	if (!timer_armed)
		return 1;
	timer_armed = false;
	virtio_mem_timer_expired(&driver()->retry_timer);
	return 0;
}

/* --- the bus --- */

static void config_get(struct virtio_device *dev, unsigned int offset, void *buf,
		       unsigned int len)
{
	struct lane_virtio_mem_device d;
	struct virtio_mem_config config;

	lane_host_virtio_mem_device(&d);
	config = (struct virtio_mem_config){
		.block_size = cpu_to_le64(d.block_size),
		.addr = cpu_to_le64(d.addr),
		.region_size = cpu_to_le64(d.region_size),
		.usable_region_size = cpu_to_le64(d.usable_region_size),
		.plugged_size = cpu_to_le64(d.plugged_size),
		.requested_size = cpu_to_le64(d.requested_size),
	};
	memcpy(buf, (char *)&config + offset, len);
}

static u8 get_status(struct virtio_device *dev)
{
	return device_status;
}

static void set_status(struct virtio_device *dev, u8 status)
{
	device_status = status;
}

static void reset(struct virtio_device *dev)
{
	device_status = 0;
}

#ifdef HAVE_VIRTQUEUE_INFO
static int find_vqs(struct virtio_device *dev, unsigned int nvqs,
		    struct virtqueue *vqs[], struct virtqueue_info vqs_info[],
		    struct irq_affinity *desc)
{
	queue.callback = vqs_info[0].callback;
#else
static int find_vqs(struct virtio_device *dev, unsigned int nvqs,
		    struct virtqueue *vqs[], vq_callback_t *callbacks[],
		    const char *const names[], const bool *ctx,
		    struct irq_affinity *desc)
{
	queue.callback = callbacks[0];
#endif
	queue.vdev = dev;
	vqs[0] = &queue;
	return 0;
}

static void del_vqs(struct virtio_device *dev)
{
	queue_token = NULL;
}

static const struct virtio_config_ops config_ops = {
	.get = config_get,
	.get_status = get_status,
	.set_status = set_status,
	.reset = reset,
	.find_vqs = find_vqs,
	.del_vqs = del_vqs,
};

void virtio_reset_device(struct virtio_device *dev)
{
	dev->config->reset(dev);
}

void virtio_check_driver_offered_feature(const struct virtio_device *dev,
					 unsigned int fbit)
{
}

/* --- the virtqueue: answered at once --- */

void sg_init_one(struct scatterlist *sg, const void *buf, unsigned int buflen)
{
	memset(sg, 0, sizeof(*sg));
	sg_mark_end(sg);
	sg_set_buf(sg, buf, buflen);
}

static int ask(const struct virtio_mem_req *req)
{
	struct virtio_device *dev = &device;
	bool give_way = refusals >= REFUSALS_MAX;

	switch (virtio16_to_cpu(dev, req->type)) {
	case VIRTIO_MEM_REQ_PLUG:
		return lane_host_virtio_mem_request(
			LANE_VIRTIO_MEM_PLUG, virtio64_to_cpu(dev, req->u.plug.addr),
			virtio16_to_cpu(dev, req->u.plug.nb_blocks), give_way);
	case VIRTIO_MEM_REQ_UNPLUG:
		return lane_host_virtio_mem_request(
			LANE_VIRTIO_MEM_UNPLUG,
			virtio64_to_cpu(dev, req->u.unplug.addr),
			virtio16_to_cpu(dev, req->u.unplug.nb_blocks), give_way);
	case VIRTIO_MEM_REQ_UNPLUG_ALL:
		return lane_host_virtio_mem_request(LANE_VIRTIO_MEM_UNPLUG_ALL, 0,
						    0, give_way);
	}
	lane_host_broken("a request that the driver does not know", __func__, 0,
			 LANE_NO_PFN);
}

int virtqueue_add_sgs(struct virtqueue *vq, struct scatterlist *sgs[],
		      unsigned int out_sgs, unsigned int in_sgs, void *data,
		      gfp_t gfp)
{
	static const u16 types[] = {
		[LANE_VIRTIO_MEM_ACK] = VIRTIO_MEM_RESP_ACK,
		[LANE_VIRTIO_MEM_NACK] = VIRTIO_MEM_RESP_NACK,
		[LANE_VIRTIO_MEM_BUSY] = VIRTIO_MEM_RESP_BUSY,
		[LANE_VIRTIO_MEM_ERROR] = VIRTIO_MEM_RESP_ERROR,
	};
	struct virtio_mem_resp *resp = sg_virt(sgs[1]);
	int answer;

	lane_at(LANE_AT_VIRTIO_MEM_REQUEST);
	answer = ask(sg_virt(sgs[0]));
	if (answer == LANE_VIRTIO_MEM_NO_RESP)
		return -ENOMEM;
	resp->type = cpu_to_virtio16(&device, types[answer]);
	if (answer == LANE_VIRTIO_MEM_ACK) {
		refusals = 0;
		lane_progress();
	} else {
		refusals++;
	}
	queue_token = data;
	return 0;
}

bool virtqueue_kick(struct virtqueue *vq)
{
	vq->callback(vq);
	return true;
}

void *virtqueue_get_buf(struct virtqueue *vq, unsigned int *len)
{
	void *token = queue_token;

	queue_token = NULL;
	*len = sizeof(struct virtio_mem_resp);
	return token;
}

/* --- mm/util.c, mm/vmalloc.c, what prints --- */

static DECLARE_RWSEM(page_offline_rwsem);

void page_offline_begin(void)
{
	down_write(&page_offline_rwsem);
}

void page_offline_end(void)
{
	up_write(&page_offline_rwsem);
}

/* --- operations --- */

void lane_virtio_mem_lock(void)
{
	mutex_lock(&bind_lock);
}

void lane_virtio_mem_unlock(void)
{
	mutex_unlock(&bind_lock);
}

bool lane_virtio_mem_has_driver(void)
{
	return driver();
}

/* drivers/virtio/virtio.c: a driver is told of a change between the end of its probe and
 * the beginning of its removal, and one that comes at another time when it is there. */
static void __virtio_config_changed(void)
{
	if (!config_core_enabled || !config_change_pending)
		return;
	config_change_pending = false;
	virtio_mem_driver.config_changed(&device);
}

static void virtio_config_core_enable(void)
{
	spin_lock_irq(&config_lock);
	config_core_enabled = true;
	__virtio_config_changed();
	spin_unlock_irq(&config_lock);
}

static void virtio_config_core_disable(void)
{
	spin_lock_irq(&config_lock);
	config_core_enabled = false;
	spin_unlock_irq(&config_lock);
}

int lane_virtio_mem_probe(int bbm, unsigned long threshold)
{
	int ret;

	device = (struct virtio_device){
		.config = &config_ops,
		.features = BIT_ULL(VIRTIO_F_VERSION_1),
		.dev.init_name = "virtio0",
	};
	device_status = 0;
	force_bbm = bbm;
	ret = virtio_mem_driver.probe(&device);
	if (ret)
		return ret;
	/* Else a GiB, which no small machine has. */
	driver()->offline_threshold = threshold;
	if (!driver()->in_sbm)
		driver()->offline_threshold = max_t(u64, threshold,
						    2 * driver()->bbm.bb_size);
	virtio_config_core_enable();
	return 0;
}

void lane_virtio_mem_remove(void)
{
	virtio_config_core_disable();
	virtio_mem_driver.remove(&device);
}

void lane_virtio_mem_config_changed(void)
{
	unsigned long flags;

	spin_lock_irqsave(&config_lock, flags);
	config_change_pending = true;
	__virtio_config_changed();
	spin_unlock_irqrestore(&config_lock, flags);
}

void lane_virtio_mem_unplug_online(int on)
{
	unplug_online = on;
}

/* --- look --- */

#define PAGES(bytes) ((unsigned long)(bytes) >> PAGE_SHIFT)

static const unsigned char mb_states[] = {
	[VIRTIO_MEM_SBM_MB_UNUSED] = LANE_MB_UNUSED,
	[VIRTIO_MEM_SBM_MB_PLUGGED] = LANE_MB_PLUGGED,
	[VIRTIO_MEM_SBM_MB_OFFLINE] = LANE_MB_OFFLINE,
	[VIRTIO_MEM_SBM_MB_OFFLINE_PARTIAL] = LANE_MB_OFFLINE_PARTIAL,
	[VIRTIO_MEM_SBM_MB_KERNEL] = LANE_MB_KERNEL,
	[VIRTIO_MEM_SBM_MB_KERNEL_PARTIAL] = LANE_MB_KERNEL_PARTIAL,
	[VIRTIO_MEM_SBM_MB_MOVABLE] = LANE_MB_MOVABLE,
	[VIRTIO_MEM_SBM_MB_MOVABLE_PARTIAL] = LANE_MB_MOVABLE_PARTIAL,
};

static const unsigned char bb_states[] = {
	[VIRTIO_MEM_BBM_BB_UNUSED] = LANE_BB_UNUSED,
	[VIRTIO_MEM_BBM_BB_PLUGGED] = LANE_BB_PLUGGED,
	[VIRTIO_MEM_BBM_BB_ADDED] = LANE_BB_ADDED,
	[VIRTIO_MEM_BBM_BB_FAKE_OFFLINE] = LANE_BB_FAKE_OFFLINE,
};

static void look_sbm(const struct virtio_mem *vm, struct lane_virtio_mem *l)
{
	unsigned int nr = vm->sbm.next_mb_id - vm->sbm.first_mb_id;

	l->first_id = vm->sbm.first_mb_id;
	l->next_id = vm->sbm.next_mb_id;
	l->unit = PAGES(memory_block_size_bytes());
	l->sb_size = PAGES(vm->sbm.sb_size);
	l->sbs_per_mb = vm->sbm.sbs_per_mb;
	for (int i = 0; i < ARRAY_SIZE(mb_states); i++)
		l->counts[mb_states[i]] = vm->sbm.mb_count[i];
	for (unsigned int i = 0; i < nr && i < LANE_NR_BLOCKS; i++) {
		unsigned int bit = i * vm->sbm.sbs_per_mb;

		l->states[i] = mb_states[vm->sbm.mb_states[i]];
		for (unsigned int sb = 0; sb < vm->sbm.sbs_per_mb; sb++)
			if (test_bit(bit + sb, vm->sbm.sb_states))
				l->plugged[i] |= 1ul << sb;
	}
}

static void look_bbm(const struct virtio_mem *vm, struct lane_virtio_mem *l)
{
	unsigned int nr = vm->bbm.next_bb_id - vm->bbm.first_bb_id;

	l->first_id = vm->bbm.first_bb_id;
	l->next_id = vm->bbm.next_bb_id;
	l->unit = PAGES(vm->bbm.bb_size);
	for (int i = 0; i < ARRAY_SIZE(bb_states); i++)
		l->counts[bb_states[i]] = vm->bbm.bb_count[i];
	for (unsigned int i = 0; i < nr && i < LANE_NR_BLOCKS; i++)
		l->states[i] = bb_states[vm->bbm.bb_states[i]];
}

void lane_look_virtio_mem(struct lane_virtio_mem *l)
{
	const struct virtio_mem *vm = driver();

	*l = (struct lane_virtio_mem){
		.parent_resource = lane_region_is_reserved(),
		.wq_queued = queued != NULL,
		.retry_timer = timer_armed,
		.offlining = offlining,
	};
	if (!vm || !lane_online_page_is_shared())
		return;
	l->bound = 1;
	l->in_sbm = vm->in_sbm;
	l->broken = vm->broken;
	l->hotplug_active = vm->hotplug_active;
	l->plugged_size = PAGES(vm->plugged_size);
	l->requested_size = PAGES(vm->requested_size);
	l->offline_size = PAGES(atomic64_read(&vm->offline_size));
	if (vm->in_sbm)
		look_sbm(vm, l);
	else
		look_bbm(vm, l);
}
