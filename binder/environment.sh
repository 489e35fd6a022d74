# What holds while the image is built and when it runs.
export HF_HUB_OFFLINE=1
export TOKENIZERS_PARALLELISM=false
# Binder builds and runs on different machines; a model that was trained in bfloat16 on one would not be found in the
# cache of another that has no such arithmetic.
export QA_LESSON_BF16=0
