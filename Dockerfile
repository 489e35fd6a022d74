# A model and its index as a service (docs/serving.md):
#   docker build --tag qa-service .
#   docker run --publish 127.0.0.1:8000:8000 --volume "$PWD/my_model:/model:ro" --volume "$PWD/index:/index:ro" qa-service
FROM python:3.12-slim

# PyTorch for CPUs: a quarter of the size of the one for GPUs
RUN pip install --no-cache-dir "torch>=2.13,<2.14" --index-url https://download.pytorch.org/whl/cpu

WORKDIR /build
COPY requirements.lock pyproject.toml README.md LICENSE ./
RUN pip install --no-cache-dir --require-hashes --requirement requirements.lock
COPY qa_lesson qa_lesson
COPY examples examples
COPY quizzes quizzes
RUN pip install --no-cache-dir --no-deps .

# not root, and nothing is fetched at run time
RUN useradd --create-home service
USER service
WORKDIR /home/service
ENV HF_HUB_OFFLINE=1 TOKENIZERS_PARALLELISM=false
EXPOSE 8000
HEALTHCHECK --interval=30s --start-period=60s CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health')"]

# all addresses of the container: `--publish 127.0.0.1:...` decides who reaches it
ENTRYPOINT ["qa-lesson", "serve", "--host", "0.0.0.0", "--port", "8000"]
CMD ["--model", "/model", "--index", "/index"]
