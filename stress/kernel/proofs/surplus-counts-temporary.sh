# SPDX-License-Identifier: GPL-2.0-only
# Shrinking nr_hugepages while a huge page migrates leaves more surplus pages than there are pages, and the pool cannot grow any more.
# finding: SURPLUS_COUNTS_TEMPORARY
# shellcheck shell=dash disable=SC2086,SC2317 source=stress/kernel/guest.sh # numbers need no quotes
. /guest.sh

pool=/sys/kernel/mm/hugepages/hugepages-2048kB
surplus 120 >/surplus.out
read -r huge left migrations </surplus.out
note "nr_hugepages $huge, surplus_hugepages $left, after $migrations migrations"
[ $left -gt $huge ] || not_shown "$migrations migrations, and never more surplus pages than pages"
echo 8 >$pool/nr_hugepages
grown=$(cat $pool/nr_hugepages)
note "nobody has a huge page; after asking for 8: nr_hugepages $grown, surplus_hugepages $(cat $pool/surplus_hugepages)"
[ $grown -lt 8 ] || proved "after $migrations migrations: $huge huge pages, $left of them surplus; the pool could still grow"
proved "after $migrations migrations: $huge huge pages, $left of them surplus; asked for 8, the pool stays at $grown"
