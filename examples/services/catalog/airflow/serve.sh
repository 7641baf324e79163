# sh serve.sh PORT: the API, the scheduler and the dag processor. Log servers would listen on every interface.
airflow scheduler --skip-serve-logs &
airflow dag-processor &
exec airflow api-server --host 127.0.0.1 --port "$1" --workers 1
