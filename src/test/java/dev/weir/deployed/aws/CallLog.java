package dev.weir.deployed.aws;

import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequest;

/**
 * Prints each call of AWS inside a function's process; {@code Artifact} puts it there, by itself, where the SDK looks for
 * interceptors. A transaction is one line for each of its parts. Shape: {@link AwsCall}.
 */
public final class CallLog implements ExecutionInterceptor {
    public static final String MARK = "aws-call ";
    public static final String RESOURCE = "software/amazon/awssdk/global/handlers/execution.interceptors";

    @Override
    public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
        String call = MARK
                + attributes.getAttribute(SdkExecutionAttribute.SERVICE_NAME).replace(" ", "") + " "
                + attributes.getAttribute(SdkExecutionAttribute.OPERATION_NAME);
        SdkRequest request = context.request();
        if (request instanceof TransactWriteItemsRequest transaction) {
            for (TransactWriteItem part : transaction.transactItems()) {
                System.out.println(call + part(part));
            }
        } else if (request instanceof PutEventsRequest events) {
            System.out.println(call + " " + events.entries().get(0).eventBusName());
        } else {
            System.out.println(call + " " + resource(request));
        }
    }

    private static String part(TransactWriteItem part) {
        if (part.put() != null) {
            return "/Put " + part.put().tableName();
        }
        if (part.update() != null) {
            return "/Update " + part.update().tableName();
        }
        if (part.delete() != null) {
            return "/Delete " + part.delete().tableName();
        }
        return "/ConditionCheck " + part.conditionCheck().tableName();
    }

    private static String resource(SdkRequest request) {
        for (String field : new String[] {"TableName", "Bucket", "SecretId"}) {
            Object value = request.getValueForField(field, Object.class).orElse(null);
            if (value != null) {
                Object index =
                        request.getValueForField("IndexName", Object.class).orElse(null);
                return index == null ? value.toString() : value + "/index/" + index;
            }
        }
        return "?";
    }
}
