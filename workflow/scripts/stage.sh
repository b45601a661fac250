#!/usr/bin/env bash
# Run one stage of the package that lies beside this workflow: stage.sh LOG GPUS NAME [ARGUMENT ...]
# GPUS: how many of this machine, with a process for each; 0 for one process without;
# or `srun` for a process a task of a Slurm job, over however many machines.
# All output is added to LOG; if the stage fails, the end of it also goes to stderr.
set -euo pipefail

log=$1
gpus=$2
name=$3
shift 3

# Jobs in a conda environment lose PYTHONPATH, so it is set here, from this file's own place.
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
export PYTHONPATH="$root/src${PYTHONPATH:+:$PYTHONPATH}"

# glibc then asks for huge pages of memory and keeps what is freed for the next step (docs/performance.md).
export GLIBC_TUNABLES=${GLIBC_TUNABLES:-glibc.malloc.hugetlb=1:glibc.malloc.mmap_max=0:glibc.malloc.trim_threshold=1000000000000}

# Jobs beside each other on one machine take different GPUs: each holds the locks of its own until it has ended.
take_gpus() {
    local all=() taken=() gpu lock folder=${XDG_CACHE_HOME:-$HOME/.cache}/hico
    mapfile -t all < <(nvidia-smi --query-gpu=index --format=csv,noheader 2>/dev/null || true)
    ((${#all[@]} > 0)) || return 0
    mkdir -p -- "$folder"
    for gpu in "${all[@]}"; do
        ((${#taken[@]} < gpus)) || break
        exec {lock}>"$folder/$HOSTNAME-gpu$gpu.lock"
        if flock --nonblock "$lock"; then taken+=("$gpu"); else exec {lock}>&-; fi
    done
    if ((${#taken[@]} < gpus)); then
        printf 'error: %s needs %d GPUs, and runs beside it leave %d of %d: lower gpu in the profile, or wait\n' \
            "$name" "$gpus" "${#taken[@]}" "${#all[@]}" >&2
        exit 2
    fi
    CUDA_VISIBLE_DEVICES=$(IFS=, && printf '%s' "${taken[*]}")
    export CUDA_VISIBLE_DEVICES
}

command=(python -m "hico.stages.$name" "$@")
if [[ $gpus == srun ]]; then
    # They meet at the first of them, on a port by the job's number; when one fails, the others get Slurm's KillWait.
    # shellcheck disable=SC2016 # for each task's shell to expand
    join='export RANK=$SLURM_PROCID LOCAL_RANK=$SLURM_LOCALID WORLD_SIZE=$SLURM_NTASKS
        export MASTER_ADDR=$SLURM_LAUNCH_NODE_IPADDR MASTER_PORT=$((20000 + SLURM_JOB_ID % 20000))
        exec "$@"'
    command=(srun --mpi=none --gpu-bind=none --kill-on-bad-exit=1 bash -c "$join" "$name" "${command[@]}")
elif [[ ! $gpus =~ ^[0-9]+$ ]]; then
    printf 'error: resources: mpi: only srun starts processes over several machines (given: %s)\n' "$gpus" >&2
    exit 2
elif ((gpus > 0)) && [[ -z ${CUDA_VISIBLE_DEVICES+set} ]]; then
    take_gpus # where Slurm has not given them out
fi
if [[ $gpus != srun ]] && ((gpus > 1)); then
    # Snakemake exports the job's threads; each process takes its part of them.
    threads=$((${OMP_NUM_THREADS:-gpus} / gpus))
    export OMP_NUM_THREADS=$((threads > 0 ? threads : 1))
    command=(python -m hico.training.launch "$gpus" "${command[@]:2}")
fi

# What an attempt before this one had to say stays: a run that goes on is one story. Snakemake removes LOG before every
# attempt, so it has a second name until the stage has ended well.
kept=$(dirname -- "$log")/.$(basename -- "$log")
if [[ -f $kept ]]; then ln -f -- "$kept" "$log" 2>/dev/null || true; fi
printf -- '--- %s on %s: %s\n' "$(date '+%F %T')" "$HOSTNAME" "$name" >>"$log"
ln -f -- "$log" "$kept" 2>/dev/null || true # not where file systems have no links

# In the background, so that signals reach the stage at once: it then saves a checkpoint and leaves.
"${command[@]}" >>"$log" 2>&1 &
stage=$!
trap 'signaled=1; kill -TERM "$stage" 2>/dev/null || true' INT TERM
trap 'signaled=1; kill -USR1 "$stage" 2>/dev/null || true' USR1
signaled=1
while ((signaled)); do
    # A signal ends the wait, not the stage: its exit code comes from a wait that none has disturbed.
    signaled=0 status=0
    wait "$stage" || status=$?
done

if ((status != 0)); then
    printf '%s failed (exit code %d). The end of %s:\n' "$name" "$status" "$log" >&2
    tail -n 15 -- "$log" >&2
else
    rm -f -- "$kept"
fi
exit "$status"
