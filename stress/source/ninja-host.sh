#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# ninja-host.sh DIR: a build.ninja for the folder DIR on stdout: the part of the lane that
# is the same for every kernel and geometry.  core.o: core/, without the model itself;
# common.a: all of fuzz/ that is no program, no target and no part of an engine, of which
# the linker takes what a program uses; and the objects of the programs themselves.
set -euo pipefail

dir=$1
clang=clang
root=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=stress/source/rules.sh
source "$root/stress/source/rules.sh"

host_rules
cat <<N
rule core
  command = ld -r -o \$out \$in
rule archive
  command = rm -f \$out && ar rcs \$out \$in
N

core=''
for file in "$root"/core/{lib,sched,check,op}/*.c "$root"/core/mm/{company,geometry,names,show_mem}.c "$root"/core/drivers/virtio_mem_device.c; do
	# Handlers of operations that the lane does not have: see host/skipped.c.
	case $file in
	*/op/exec_*) [[ $file =~ exec_(page|range|offline|lost|concurrent|balloon|virtio_mem)\.c$ ]] || continue ;;
	esac
	name=${file#"$root"/}
	core+=" $dir/${name//\//_}.o"
	hcc "${name//\//_}.o" "$file"
done
echo "build $dir/core.o: core$core"

common=''
while read -r file; do
	name=${file##*/}
	case $name in
	fuzz_* | standalone* | mutate_afl* | mutate_libfuzzer* | stats* | known_edges*) continue ;;
	esac
	common+=" $dir/$name.o"
	hcc "$name.o" "$file"
done < <(grep -L '^int main(' "$root"/fuzz/*.c)
echo "build $dir/common.a: archive$common"

for file in fuzz/{replay,minimize,mutate_libfuzzer,stats} stress/swarm stress/source/{states,trace,state}; do
	hcc "${file##*/}.c.o" "$root/$file.c"
done
