# What holds while the image is built and when it runs.
export HF_HUB_OFFLINE=1
export TOKENIZERS_PARALLELISM=false
# Binder builds and runs on different machines; a model that was trained in bfloat16 on one would not be found in the
# cache of another that has no such arithmetic.
export QA_LESSON_BF16=0
# One arena, and large blocks given back at once: training then peaks at three quarters of the memory, in the same time
# (1,171 MB in place of 1,504 MB on 240 questions in float32).
export MALLOC_ARENA_MAX=1
export MALLOC_TRIM_THRESHOLD_=65536
export MALLOC_MMAP_THRESHOLD_=262144
