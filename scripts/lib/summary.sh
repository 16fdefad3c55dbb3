# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154 # variables of fuzz.sh and live.sh
#
# The part of fuzz.sh that tells how a run ended.

write_json() {
	local list='' i
	for i in "${!found[@]}"; do
		list+="${list:+, }{ \"invariant\": \"${broken[i]}\", \"input\": \"${found[i]}\" }"
	done
	cat >"$summary" <<-END || say "cannot write $summary"
	{
	  "target": "$target", "engine": "$engine", "stability": "$stability", "jobs": $jobs, "milliseconds": $lasted, "ended": "${stop:-time}",
	  "executions": $nr_executions, "operations": $nr_ops,
	  "edges": $edges, "edges_total": ${nr_edges:-0},
	  "corpus": "$corpus", "corpus_inputs": $nr_inputs, "corpus_size": "$corpus_size",
	  "violations": [$list]
	}
	END
}

# What the target said itself, without libFuzzer's words.
own_words() {
	sed -n '/^INFO: /d; /^#[0-9]/d; /^==[0-9]*== *\(ERROR\|WARNING\): libFuzzer/q; p' "$1" | tail -n 100
}

broken_in() { sed -n 's/^ASSERTION FAILED: \([a-z0-9_]*\).*/\1/p' <<<"$1" | head -n 1; }

# Runs the input again as the target does, which may override what the input says; and
# plainly, which tells more, when the same breaks.  Sets said, invariant and option.
run_again() {
	local status=0 plain
	[ "$subject" = model ] || { run_again_in_lane "$1"; return; }
	option="--target $target "
	said=$("$bin/replay_$target" "$1" 2>&1) || status=$?
	invariant=$(broken_in "$said")
	plain=$("$bin/replay" "$1" 2>&1) || true
	if [ -n "$(broken_in "$plain")" ] &&
		{ [ $status = 0 ] || [ "$invariant" = "$(broken_in "$plain")" ]; }; then
		option='' said=$plain invariant=$(broken_in "$plain")
	elif [ -z "$invariant" ] && [ $status -gt 128 ]; then
		said+=${said:+$'\n'}"$target: ended by signal $(kill -l $((status - 128))), no invariant broke"
	fi
	[ -n "$said" ] || said=$(own_words "$run/log.0")
}

# On the user's kernel: replay is told what the target says instead of the input.  What
# breaks no invariant is for the sanitizers, which --confirm has.
run_again_in_lane() {
	local status=0 overrules=("${source_overrules[@]}")
	option="$(source_again) "
	[ "$target" != fuzz_source ] || { overrules+=(--sequential); option+='--sequential '; }
	said=$("$bin/replay" "${overrules[@]}" "$1" 2>&1) || status=$?
	invariant=$(broken_in "$said")
	if [ -z "$invariant" ]; then
		option+='--confirm '
		[ $status -le 128 ] || said+=${said:+$'\n'}"$target: ended by signal $(kill -l $((status - 128))), no invariant broke"
	fi
	[ -n "$said" ] || said=$(own_words "$run/log.0")
	# The program does not know how it came to its kernel; promote.sh is for the model.
	said=$(sed '/^keep: /d' <<<"$said")
	said=${said//"./scripts/replay.sh "/"./scripts/replay.sh $option"}
	said=${said//"./scripts/minimize.sh "/"./scripts/minimize.sh $option"}
}

# as_text INPUT: what the target makes of it.  On the user's kernel its header says 0 for the
# geometry (byte 1), and for policy and drain strategy (byte 2): tiny, legacy, disable.
as_text() {
	local edit=''
	[ "$subject" = source ] || { "$bin/replay" --to-text "$1"; return; }
	[ "$target" != fuzz_source ] || edit='/^cpu/s/ @[^ ]*//g'
	{ head -c 1 "$1"; printf '\0\0'; tail -c +4 "$1"; } >"$run/overruled"
	"$bin/replay" --to-text "$run/overruled" | sed "$edit"
}

# crash-SHA1 becomes INVARIANT-SHA1, or stays when no invariant broke.  The name
# comes from the content: it is never that of another input.
keep_named() {
	local from=$kept
	[ -n "$invariant" ] && [[ $kept == */crash-* ]] || return 0
	kept=$crashes/$invariant-${from##*/crash-}
	mv "$from" "$kept"
	[ -e "$kept.ops" ] || as_text "$kept" >"$kept.ops"
	[ "$subject" = model ] || [ "$(broken_in "$("$bin/replay" "$kept.ops" 2>&1 || true)")" = "$invariant" ] || rm -f "$kept.ops"
}

show_violation() {
	local said option again=''
	kept=$1
	run_again "$kept"
	keep_named
	say
	said=${said//"$1"/"${kept#"$root"/}"}
	say "${said//"${1#"$root"/}"/"${kept#"$root"/}"}"
	# The lane has ASan and UBSan as it is.
	[ "$subject" = source ] || "$root/scripts/replay.sh" --confirm ${option:+--target "$target"} "$kept" || true
	say
	say "Kept:   ${kept#"$root"/}$([ ! -e "$kept.ops" ] || echo ' (as text: .ops)')"
	[ "$subject" = model ] || again=${LANE_FINDINGS:+LANE_FINDINGS=1 }
	say "Again:  $again./scripts/replay.sh $option${kept#"$root"/}"
}

finish_run() {
	local i
	for i in "${!found[@]}"; do
		if [ "$i" -lt 3 ]; then
			show_violation "${found[i]}"
		else
			kept=${found[i]}
			run_again "$kept"
			keep_named
		fi
		found[i]=$kept broken[i]=${invariant:-none}
	done
	[ ${#found[@]} -le 3 ] ||
		say "And $((${#found[@]} - 3)) more in ${crashes#"$root"/}/$([ "$subject" = source ] || echo "; grouped: ./scripts/triage.sh ${crashes#"$root"/}")"
	say
	say "$target: $((lasted / 1000)) s${stop:+ ($stop)}, ${#found[@]} violation(s)"
	say "  executions  $(commas "$nr_executions")  ($(commas $((nr_executions * 1000 / (lasted + 1))))/s)"
	say "  operations  $(commas "$nr_ops")  ($(millions $((nr_ops * 1000 / (lasted + 1))))/s)"
	if [ "$edges" = 0 ] && [ ${#found[@]} != 0 ]; then
		say "  coverage    not known: it broke while the corpus was read"
	else
		say "  coverage    $(commas "$edges") of $(commas "${nr_edges:-0}") edges"
	fi
	[ -z "$stability" ] || say "  stability   $stability"
	say "  corpus      $(commas "$nr_inputs") inputs, $corpus_size, in ${corpus#"$root"/}"
	write_json
	[ ${#found[@]} = 0 ] || exit 1
	[ "$stop" != gone ] || die "the folder $corpus was removed while the run went on"
	[ "$stop" != full ] || die "the disk is nearly full; stopped before a finding could be lost"
	[ -z "$failed_worker" ] ||
		die "$target ended by itself, status $failed_worker"
}
